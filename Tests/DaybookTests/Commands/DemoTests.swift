import Foundation
import TestSupport
import Testing

/// The demo as it comes out.
@Suite struct DemoTests {
    @Test func theSameSeedGivesTheSameHistory() async throws {
        var histories: [String] = []
        for _ in 0..<2 {
            try await Workplace.withDatabase { place in
                try await place.output("demo", "--seed", "7", "--users", "100", "--year", "2024")
                histories.append(try await place.history())
                #expect(try await place.run("verify").status == 0)
            }
        }
        #expect(histories[0] == histories[1])
        #expect(histories[0].split(separator: "\n").count > 600)
        try await Workplace.withDatabase { place in
            try await place.output("demo", "--seed", "8", "--users", "100", "--year", "2024")
            #expect(try await place.history() != histories[0])
        }
    }

    @Test func aSecondLoadingAddsNothingAndAnotherDemoIsRefused() async throws {
        try await Workplace.withDatabase { place in
            try await place.output("demo", "--users", "40")
            let end = try await place.lastPosition()
            #expect(try await place.output("demo", "--users", "40").hasPrefix("Loaded already"))
            #expect(try await place.lastPosition() == end)
            let other = try await place.run("demo", "--users", "40", "--seed", "2")
            #expect(other.status == 4)
            #expect(other.errors.contains("--force"))
            #expect(try await place.lastPosition() == end)
            #expect(try await place.output("token", "issue", "--user", "admin").hasPrefix("dbk_"))
        }
    }

    @Test func aLoadingThatWasBrokenOffGoesOn() async throws {
        try await Workplace.withDatabase { place in
            let loading = try place.start("demo", "--seed", "7", "--users", "100", "--year", "2024")
            while (try? await place.lastPosition()) ?? 0 < 400 { try await Task.sleep(for: .milliseconds(20)) }
            loading.send(SIGINT)
            let end = try await loading.outcome()
            #expect(end.status == 1)
            #expect(end.errors.contains("Stopped before it was done."))
            let broken = try await place.history()
            try await place.output("demo", "--seed", "7", "--users", "100", "--year", "2024")
            let whole = try await place.history()
            #expect(broken != whole)
            try await Workplace.withDatabase { other in
                try await other.output("demo", "--seed", "7", "--users", "100", "--year", "2024")
                #expect(try await other.history() == whole)
            }
        }
    }
}

extension Workplace {
    /// All that the demo's people did, stream by stream, without what the clock and chance give: the order of events of
    /// different people is no part of the plan.
    fileprivate func history() async throws -> String {
        let url = try #require(databaseURL)
        return try await Psql.run(
            """
            select stream, version, type, schema_version, branch, actor, data, personal from log.events
            where actor not in ('system', 'operator')
            order by stream collate "C", version
            """,
            on: url
        )
    }
}
