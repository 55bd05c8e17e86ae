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
                let whole = try await log.replay(definition, cuts: [], of: 400)
                let single = try await log.replay(definition, cuts: Array(1..<400), of: 400)
                #expect(whole == single, "\(definition.name), one by one")
                let few = try await log.replay(definition, cuts: [], of: 400, many: 400)
                #expect(whole == few, "\(definition.name), planned for few and for many")
                for _ in 0..<4 {
                    let cuts = Set((0..<random.number(1..<40)).map { _ in random.number(1..<400) }).sorted()
                    let cut = try await log.replay(definition, cuts: cuts, of: 400)
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
}
