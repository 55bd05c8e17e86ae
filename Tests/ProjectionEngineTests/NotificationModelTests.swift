import Postgres
import Testing

@testable import ProjectionEngine

/// Read model `notifications`.
@Suite struct NotificationModelTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func theTablesAreTheSameHoweverTheLogIsCut(seed: UInt64) async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine()
            try await engine.prepare()
            var random = RandomNotifications(seed: seed)
            let count = 400
            try await log.append(random.events(count))
            let definition = try engine.definition("notifications")
            let whole = try await log.replay(definition, cuts: [], of: count)
            for (table, rows) in whole { #expect(!rows.isEmpty, "\(table) is empty") }
            let single = try await log.replay(definition, cuts: Array(1..<count), of: count)
            for (table, rows) in whole { #expect(rows == single[table], "\(table), one by one") }
            for _ in 0..<4 {
                let cuts = Set((0..<random.number(1..<40)).map { _ in random.number(1..<count) }).sorted()
                let cut = try await log.replay(definition, cuts: cuts, of: count)
                for (table, rows) in whole { #expect(rows == cut[table], "\(table), cut at \(cuts)") }
            }
        }
    }
}
