import Postgres
import Testing

@testable import ProjectionEngine

/// However a log is cut into ranges, the tables come out the same, row for row.
@Suite struct CutTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func theTablesAreTheSameHoweverTheLogIsCut(seed: UInt64) async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine()
            try await engine.prepare()
            var random = RandomLog(seed: seed)
            try await log.append(random.events(400))
            for definition in engine.definitions {
                let whole = try await replay(definition, cuts: [], log)
                let single = try await replay(definition, cuts: Array(1..<400), log)
                #expect(whole == single, "\(definition.name), one by one")
                let few = try await replay(definition, cuts: [], many: 400, log)
                #expect(whole == few, "\(definition.name), planned for few and for many")
                for _ in 0..<4 {
                    let cuts = Set((0..<random.number(1..<40)).map { _ in random.number(1..<400) }).sorted()
                    let cut = try await replay(definition, cuts: cuts, log)
                    #expect(whole == cut, "\(definition.name), cut at \(cuts)")
                }
            }
        }
    }

    @Test func inlineAsTheyAreAppendedIsTheSameAsReplayedLater() async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine()
            try await engine.prepare()
            var random = RandomLog(seed: 7)
            for _ in 0..<60 { try await log.append(random.events(random.number(1..<8)), inline: engine) }
            for name in ["access", "identity"] {
                let check = try await engine.check(name)
                #expect(check.isEqual, "\(check)")
            }
        }
    }

    private func replay(
        _ definition: ProjectionDefinition,
        cuts: [Int],
        many: Int64 = 20,
        _ log: WrittenLog
    ) async throws -> [String: [String]] {
        let schema = ProjectionSchema(definition, name: "cut_test", many: many)
        try await log.pool.withTransaction { connection in
            _ = try await connection.script("drop schema if exists cut_test cascade")
            _ = try await connection.script(schema.creation())
        }
        let edges = [0] + cuts + [400]
        try await log.pool.withConnection { connection in
            for (from, to) in zip(edges, edges.dropFirst()) {
                try await connection.execute(schema.applying(Int64(from)..<Int64(to)))
            }
        }
        return try await log.contents(of: "cut_test")
    }
}
