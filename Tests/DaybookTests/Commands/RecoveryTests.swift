import TestSupport
import Testing

/// Commands that change much: each asks first, and each is in the log as the operator's.
@Suite struct RecoveryTests {
    @Test func aRestoreIsPreviewedConfirmedAndUndone() async throws {
        try await Workplace.withDatabase { place in
            try await place.output("demo", "--users", "40")
            let end = try await place.lastPosition()
            // In the middle, between two appends.
            let within = try await place.run("restore", "--to", "\(end / 2)", "--preview")
            let whole = within.errors.firstMatch(of: /Choose position (\d+)/).map { String($0.1) } ?? "\(end / 2)"
            let preview = try await place.run("restore", "--to", whole, "--preview")
            #expect(preview.status == 0)
            #expect(preview.output.contains("user-role: "))

            // Nobody is there to be asked.
            let unasked = try await place.run("restore", "--to", whole, "--reason", "a test")
            #expect(unasked.status == 2)
            #expect(unasked.errors.contains("--yes"))

            let restored = try await place.run("restore", "--to", whole, "--reason", "a test", "--yes")
            #expect(restored.status == 0)
            let undo = try #require(restored.output.firstMatch(of: /restore --to (\d+)/)?.1)
            try await place.output("restore", "--to", String(undo), "--reason", "undone", "--yes")
            let nothing = try await place.output("restore", "--to", "\(end)", "--preview")
            #expect(nothing.contains("would change nothing"))
            let checked = try await place.run("projections", "check")
            #expect(checked.status == 0)
            #expect(try await place.run("verify").status == 0)
        }
    }

    @Test func aRestoreThatWouldLeaveNoAdministratorIsRefused() async throws {
        try await Workplace.withDatabase { place in
            try await place.output("token", "issue", "--user", "admin")
            let outcome = try await place.run("restore", "--to", "0", "--reason", "too far", "--yes")
            #expect(outcome.status == 4)
            #expect(outcome.errors.contains("nobody could administer"))
            let beyond = try await place.run("restore", "--to", "100000", "--preview")
            #expect(beyond.status == 4)
        }
    }

    @Test func anErasureLeavesTheLogWholeAndTheWordsGone() async throws {
        try await Workplace.withDatabase { place in
            try await place.output("token", "issue", "--user", "nia", "--label", "Nia's own laptop")
            #expect(try await place.output("token", "list").contains("Nia's own laptop"))
            #expect(try await place.run("erase", "--user", "nobody", "--reason", "x", "--yes").status == 4)
            #expect(try await place.run("erase", "--user", "nia", "--reason", "asked for").status == 2)
            try await place.output("erase", "--user", "nia", "--reason", "asked for", "--yes")
            #expect(try await !place.output("token", "list").contains("Nia's own laptop"))
            let report = try await place.run("verify", "--json")
            #expect(report.status == 0)
            #expect(report.output.contains("\"erased\":1"))
        }
    }

    @Test func aRotatedKeyLeavesEverythingVerifiable() async throws {
        try await Workplace.withDatabase { place in
            try await place.output("token", "issue", "--user", "admin")
            let first = try await place.key()
            try await place.output("keys", "rotate", "--reason", "every year")
            let second = try await place.key()
            #expect(first != second)
            try await place.output("token", "issue", "--user", "nia")
            #expect(try await place.run("verify", "--key", first).status == 0)
            // What either key signed is proven with both.
            let keys = try await place.output("keys", "list", "--verifier")
            #expect(keys == "\(first)\n\(second)\n")
            let proof = try await place.output("proof", "0")
            let check = try await DaybookProcess.run(["proof", "check", "-", "--key", keys], input: proof)
            #expect(check.status == 0)
            #expect(try await place.output("keys").contains(second))
            let history = try await place.output("history", "--type", "log.key-retired", "--json")
            #expect(history.contains("\"actor\":\"operator\""))
        }
    }

    @Test func tablesThatWereChangedByHandAreFoundAndMadeAnew() async throws {
        try await Workplace.withDatabase { place in
            try await place.output("token", "issue", "--user", "admin")
            #expect(try await place.run("projections", "status").status == 0)
            let url = try #require(place.databaseURL)
            try await Psql.run("delete from access_v3.user_roles", on: url)
            let outcome = try await place.run("projections", "check", "access")
            #expect(outcome.status == 3)
            #expect(outcome.output.contains("DIFFERS"))
            try await place.output("projections", "rebuild", "access")
            #expect(try await place.run("projections", "check", "access").status == 0)
            #expect(try await place.run("projections", "check", "nothing").status == 2)
        }
    }
}

extension Workplace {
    /// The position of the newest event.
    func lastPosition() async throws -> Int64 {
        let url = try #require(databaseURL)
        let text = try await Psql.run("select coalesce(max(position), -1) from log.events", on: url)
        return try #require(Int64(text))
    }
}
