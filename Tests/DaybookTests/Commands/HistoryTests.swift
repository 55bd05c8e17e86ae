import Foundation
import TestSupport
import Testing

/// `daybook history` for people and for scripts.
@Suite struct HistoryTests {
    @Test func theHistoryIsFilteredPagedAndRecorded() async throws {
        try await Workplace.withDatabase { place in
            try await place.output("demo", "--users", "200")
            let all = try await place.output("history", "--json").split(separator: "\n")
            #expect(all.count > 600)
            let positions = try all.map { try #require($0.firstMatch(of: /^{"position":(\d+),/)?.1) }.compactMap {
                Int($0)
            }
            #expect(positions == positions.sorted(by: >))
            #expect(Set(positions).count == positions.count)
            let limited = try await place.output("history", "--limit", "510", "--json").split(separator: "\n")
            #expect(limited.count == 510)

            let roles = try await place.output("history", "--type", "rbac.role-defined", "--actor", "admin", "--json")
            #expect(roles.split(separator: "\n").allSatisfy { $0.contains("\"type\":\"rbac.role-defined\"") })
            let reads = try await place.output(
                "history",
                "--type",
                "audit.history-queried",
                "--actor",
                "operator",
                "--json"
            )
            #expect(reads.contains("\"returned\":\(all.count)"))
        }
    }

    @Test func theHistoryIsShownAsOfAMoment() async throws {
        try await Workplace.withDatabase { place in
            try await place.output("token", "issue", "--user", "admin")
            let then = try await place.output("history", "--as-of", "4", "--json").split(separator: "\n")
            #expect(then.count == 5)
            #expect(then.first?.hasPrefix("{\"position\":4,") == true)
            #expect(try await place.run("history", "--as-of", "100000").status == 4)
            let nothing = try await place.run("history", "--subject", "nobody")
            #expect(nothing.output.isEmpty)
            #expect(nothing.errors.contains("Nothing in the history fits."))
        }
    }

    @Test func aReaderThatGoesAwayIsNoFailure() async throws {
        try await Workplace.withDatabase { place in
            try await place.output("demo", "--users", "200")
            let script = """
                set -o pipefail
                "$0" history --data-dir "$1" --json | head -n 1
                """
            let outcome = try await Shell.run(script, place)
            #expect(outcome.status == 0)
            #expect(outcome.output.split(separator: "\n").count == 1)
            #expect(outcome.errors.isEmpty)
        }
    }

    /// The reader is gone before the first word; the command's own exit status is what the script ends with.
    @Test(arguments: [
        ("verify", Int32(3)), ("projections check identity", 0), ("token list", 0), ("token issue --user nia", 1),
    ])
    func whoeverReadsNothingLearnsTheOutcomeAllTheSame(_ command: String, status: Int32) async throws {
        try await Workplace.withDatabase { place in
            try await place.output("token", "issue", "--user", "admin")
            if status == 3 { try await place.tamper("create schema log_compared") }
            let script = """
                exec 3> >(exit 0)
                wait $!
                "$0" \(command) --data-dir "$1" >&3
                """
            let outcome = try await Shell.run(script, place)
            #expect(outcome.status == status, "\(outcome)")
        }
    }

    @Test func aNameCannotMoveTheCursor() async throws {
        try await Workplace.withDatabase { place in
            try await place.output("token", "issue", "--user", "nia", "--label", "plain")
            try await place.tamper("update identity_v2.tokens set label = E'a\\u001b[2Jb' where user_id = 'nia'")
            let list = try await place.output("token", "list", "--user", "nia")
            #expect(!list.unicodeScalars.contains("\u{1b}"))
            #expect(list.contains("a\\u{1b}[2Jb"))
        }
    }
}
