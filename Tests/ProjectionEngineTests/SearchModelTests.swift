import Postgres
import Testing

@testable import ProjectionEngine

/// Read model `searches`.
@Suite struct SearchModelTests {
    /// A few searches of two people: saved, changed, removed and erased in any order.
    private static func events(_ count: Int, _ random: inout SplitMix) -> [LoggedEvent] {
        (0..<count).map { number in
            let (owner, search) = (Int.random(in: 0..<2, using: &random), Int.random(in: 0..<5, using: &random))
            let ids = #""searchId":"search-\#(owner)-\#(search)","ownerId":"user-\#(owner)""#
            let asked = #"\#(ids),"filter":{"action":"a-\#(number)"},"asOfPosition":\#(number),"hasText":true"#
            let personal = #"{"name":"N \#(number)","text":"words \#(number)"}"#
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<3: return LoggedEvent(type: "audit.search-saved", data: "{\(asked)}", personal: personal)
            case 3..<7: return LoggedEvent(type: "audit.search-changed", data: "{\(asked)}", personal: personal)
            case 7..<9: return LoggedEvent(type: "audit.search-removed", data: "{\(ids)}")
            default: return .erase("user-\(owner)")
            }
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func theTableIsTheSameHoweverTheLogIsCut(seed: UInt64) async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine()
            try await engine.prepare()
            var random = SplitMix(state: seed)
            let count = 120
            try await log.append(Self.events(count, &random))
            let definition = try engine.definition("searches")
            let whole = try await log.replay(definition, cuts: [], of: count)
            for (table, rows) in whole { #expect(rows.count > 20, "\(table)") }
            let single = try await log.replay(definition, cuts: Array(1..<count), of: count)
            #expect(whole == single, "one by one")
            for _ in 0..<4 {
                let cuts = Set((0..<10).map { _ in Int.random(in: 1..<count, using: &random) }).sorted()
                #expect(try await whole == log.replay(definition, cuts: cuts, of: count), "cut at \(cuts)")
            }
        }
    }
}
