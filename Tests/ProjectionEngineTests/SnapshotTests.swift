import Postgres
import TestSupport
import Testing

@testable import ProjectionEngine

/// A read model as of a moment is what it was at that moment.
@Suite struct SnapshotTests {
    @Test func anAsOfAnswerIsTheAnswerGivenThen() async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine(batch: 9)
            try await engine.prepare()
            var random = RandomLog(seed: 51)
            var then: [Int64: [String]] = [:]
            var size: Int64 = 0
            for _ in 0..<6 {
                // No erasures: what was erased is gone from every moment.
                let events = random.events(20).filter { $0.type != "log.personal-erased" }
                try await log.append(events, inline: engine)
                size += Int64(events.count)
                then[size] = try await log.texts("select t::text from identity.tokens as t order by 1")
            }
            for (position, rows) in then.shuffled() {
                let asOf = try await tokens(engine, at: position)
                #expect(asOf == rows, "at \(position)")
            }
            let kept = try await log.texts("select count(*)::text from projections.snapshots")
            #expect(kept == ["2"])
        }
    }

    @Test func whatWasErasedIsGoneFromEarlierMomentsToo() async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine()
            try await engine.prepare()
            try await log.append([.token("t", "u")], inline: engine)
            #expect(try await tokens(engine, at: 1)[0].contains("laptop"))
            try await log.append([.erase("u")], inline: engine)
            #expect(try await tokens(engine, at: 1)[0].contains("laptop") == false)
        }
    }

    @Test func whatWasErasedIsNotCopiedFromWhatIsStillBeingRead() async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine()
            try await engine.prepare()
            try await log.append([.token("t", "u"), .token("s", "v")], inline: engine)
            let waiting = try await engine.withSnapshot(of: "identity", at: 1) { _, _ in
                try await log.append([.erase("u")], inline: engine)
                // Before the erasure, and after what is being read: made by replay, not from that.
                let later = try await tokens(engine, at: 2)
                #expect(later.count == 2)
                #expect(later.filter { $0.contains("laptop") }.count == 1)
                // The moment that is being read: made anew once nobody reads it.
                let again = Task { try await tokens(engine, at: 1) }
                let waits = try await eventually {
                    try await log.texts(
                        """
                        select pid::text from pg_stat_activity
                        where datname = current_database() and wait_event_type = 'Lock'
                        """
                    ).isEmpty == false
                }
                #expect(waits)
                return again
            }
            let made = try await waiting.value
            #expect(made.count == 1)
            #expect(made.allSatisfy { !$0.contains("laptop") })
        }
    }

    @Test func aMomentThatIsNotInTheLogIsRefused() async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine()
            try await engine.prepare()
            let error = await #expect(throws: ProjectionError.self) { try await tokens(engine, at: 5) }
            #expect(error?.code == .noSuchPosition)
        }
    }

    private func tokens(_ engine: ProjectionEngine, at position: Int64) async throws -> [String] {
        try await engine.withSnapshot(of: "identity", at: position) { connection, schema in
            try await connection.query("select t::text from \(identifier: schema).tokens as t order by 1")
                .map { try $0.decode(String.self) }
        }
    }
}
