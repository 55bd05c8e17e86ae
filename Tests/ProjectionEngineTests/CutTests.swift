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

    /// What is released after it was applied is forgotten as if it had never been there.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func decisionsThatAreReleasedAreForgottenAsInAReplay(seed: UInt64) async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine()
            try await engine.prepare()
            let running = Task { try await engine.run() }
            var random = SplitMix(state: seed)
            var size: Int64 = 0
            var hasForgotten = false
            for round in 0..<12 {
                var events = (0..<4).map { _ in
                    LoggedEvent.decisions(about: "user-\(Int.random(in: 0..<3, using: &random))", 1)
                }
                if round % 3 == 2 {
                    let below = Int.random(in: 1..<Int(size), using: &random)
                    events.append(.release(from: Int.random(in: 0..<below, using: &random), below: below))
                }
                try await log.append(events)
                size += Int64(events.count)
                try await engine.wait(for: "decisions", toHold: size, deadline: .seconds(20))
                let check = try await engine.check("decisions")
                #expect(check.isEqual, "\(check)")
                let kept = try await log.texts("select position::text from decisions.batches")
                hasForgotten = hasForgotten || kept.count < (round + 1) * 4
                let uses = try await log.texts(
                    "select l::text from decisions.last_uses as l join log.events as e on e.position = l.last_position where e.data is null"
                )
                #expect(uses.isEmpty)
            }
            #expect(hasForgotten)
            running.cancel()
            _ = await running.result
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
