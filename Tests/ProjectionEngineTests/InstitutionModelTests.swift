import Postgres
import Testing

@testable import ProjectionEngine

/// The read models of the institution.
@Suite struct InstitutionModelTests {
    private static let names = ["attendance", "coursework", "finance", "people", "teaching"]

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func theTablesAreTheSameHoweverTheLogIsCut(seed: UInt64) async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine()
            try await engine.prepare()
            var random = RandomInstitution(seed: seed)
            let count = 500
            try await log.append(random.events(count))
            for name in Self.names + ["analytics"] {
                let definition = try engine.definition(name)
                let whole = try await log.replay(definition, cuts: [], of: count)
                #expect(whole.values.contains { !$0.isEmpty }, "\(name) is empty")
                let single = try await log.replay(definition, cuts: Array(1..<count), of: count)
                for (table, rows) in whole { #expect(rows == single[table], "\(name).\(table), one by one") }
                for _ in 0..<3 {
                    let cuts = Set((0..<random.number(1..<40)).map { _ in random.number(1..<count) }).sorted()
                    let cut = try await log.replay(definition, cuts: cuts, of: count)
                    for (table, rows) in whole { #expect(rows == cut[table], "\(name).\(table), cut at \(cuts)") }
                }
            }
        }
    }

    @Test(arguments: [5, 6] as [UInt64])
    func anAnswerAsOfAMomentIsWhatAReplayUpToItGives(seed: UInt64) async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine()
            try await engine.prepare()
            var random = RandomInstitution(seed: seed)
            let count = 300
            // No erasures: what was erased is gone from every moment.
            try await log.append(random.events(count, erasures: false))
            for name in Self.names {
                let definition = try engine.definition(name)
                _ = try await log.replay(definition, cuts: [120], of: count)
                for size in [0, 1, 60, 150, 299, 300].map(Int64.init) {
                    let then = try await asOf(size, log)
                    let replayed = try await engine.withSnapshot(of: name, at: size) { connection, schema in
                        try await Self.current(schema, connection)
                    }
                    for (table, rows) in replayed { #expect(then[table] == rows, "\(name).\(table) at \(size)") }
                }
            }
        }
    }

    @Test func whatWasErasedIsInNoRowHoweverItCameThere() async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine()
            try await engine.prepare()
            let definition = try engine.definition("people")
            let created = LoggedEvent(
                type: "institution.student-created",
                data: #"{"studentId":"s","branchId":"b"}"#,
                personal: #"{"name":"Noor"}"#
            )
            let moved = LoggedEvent(
                type: "institution.student-transferred",
                data: #"{"studentId":"s","branchId":"c","fromBranchId":"b"}"#
            )
            // The name is in the tables before it is erased, and is carried on by an event of the same range.
            try await log.append([created])
            _ = try await log.replay(definition, cuts: [], of: 1)
            try await log.append([.erase("s"), moved])
            try await log.pool.execute(ProjectionSchema(definition, name: "cut_test").applying(1..<3))
            let rows = try await log.contents(of: "cut_test")["students"] ?? []
            #expect(rows.count == 2)
            #expect(rows.allSatisfy { !$0.contains("Noor") }, "\(rows)")
        }
    }

    // MARK: Replays

    /// The rows of a schema that hold after the first `size` events, but for when they ended.
    private func asOf(_ size: Int64, _ log: WrittenLog) async throws -> [String: [String]] {
        var contents: [String: [String]] = [:]
        for table in try await log.contents(of: "cut_test").keys {
            contents[table] = try await log.texts(
                """
                select (to_jsonb(t) - 'until_position')::text from cut_test.\(identifier: table) as t
                where t.from_position < \(size) and (t.until_position is null or t.until_position >= \(size))
                order by 1
                """
            )
        }
        return contents
    }

    /// The rows of a schema that hold now.
    private static func current(_ schema: String, _ connection: PostgresConnection) async throws -> [String: [String]] {
        var contents: [String: [String]] = [:]
        for table in try await connection.tables(of: schema) {
            contents[table] = try await connection.query(
                """
                select (to_jsonb(t) - 'until_position')::text from \(identifier: schema).\(identifier: table) as t
                where t.until_position is null order by 1
                """
            ).map { try $0.decode(String.self) }
        }
        return contents
    }
}
