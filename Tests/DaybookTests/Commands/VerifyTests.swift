import Foundation
import TestSupport
import Testing

/// `daybook verify` as an auditor's script uses it.
@Suite struct VerifyTests {
    @Test func aLogAsItWasWrittenHolds() async throws {
        try await Workplace.withDatabase { place in
            try await place.output("token", "issue", "--user", "admin")
            let outcome = try await place.run("verify")
            #expect(outcome.status == 0)
            #expect(outcome.output.hasPrefix("The log holds: "))
            let range = try await place.run("verify", "--from", "3", "--to", "7", "--json")
            #expect(range.status == 0)
            #expect(range.output.hasPrefix("{\"holds\":true,\"from\":3,\"to\":7,\"events\":4,"))
            #expect(range.errors.isEmpty)
            let beyond = try await place.run("verify", "--to", "100000")
            #expect(beyond.status == 4)
        }
    }

    @Test func anEditIsFoundAtItsPositionWithStatus3() async throws {
        try await Workplace.withDatabase { place in
            try await place.output("token", "issue", "--user", "admin")
            try await place.tamper("update log.events set actor = 'mallory' where position = 5")
            let outcome = try await place.run("verify")
            #expect(outcome.status == 3)
            #expect(outcome.output.hasPrefix("THE LOG DOES NOT HOLD. The first bad position is 5."))
            let json = try await place.run("verify", "--json", "--quiet")
            #expect(json.status == 3)
            #expect(json.output.contains("\"firstBadPosition\":5"))
            #expect(json.errors.isEmpty)
        }
    }

    @Test func aLostEndIsFoundByACheckpointFromBefore() async throws {
        try await Workplace.withDatabase { place in
            try await place.output("token", "issue", "--user", "admin")
            let url = try #require(place.databaseURL)
            let checkpoint = try await Psql.run("select note from log.checkpoints order by size desc limit 1", on: url)
            let file = place.file("checkpoint.txt")
            try checkpoint.write(toFile: file, atomically: true, encoding: .utf8)
            #expect(try await place.run("verify", "--checkpoint", file).status == 0)

            // What somebody with the keys could do: go back to the state before the last commit, and leave no trace.
            let size = try await Psql.run(
                "select max(size) from log.checkpoints where size < (select size from log.head)",
                on: url
            )
            let edge = try await Psql.run("select encode(edge, 'hex') from log.head", on: url)
            #expect(!edge.isEmpty)
            try await place.tamper(
                """
                delete from log.events where position >= \(size);
                delete from log.checkpoints where size > \(size);
                update log.head set size = \(size);
                """
            )
            let outcome = try await place.run("verify", "--checkpoint", file)
            #expect(outcome.status == 3)
            #expect(outcome.output.contains("truncated"))
        }
    }

    @Test func aSchemaThatCouldLieAboutTheEventsIsFound() async throws {
        try await Workplace.withDatabase { place in
            try await place.output("token", "issue", "--user", "admin")
            try await place.tamper("drop trigger refuse_update on log.events")
            let outcome = try await place.run("verify")
            #expect(outcome.status == 3)
            #expect(outcome.output.hasPrefix("The log holds: "))
            #expect(outcome.output.contains("THE SCHEMA IS NOT THE LOG'S."))
            #expect(outcome.output.contains("refuse_update"))
            let json = try await place.run("verify", "--json", "--quiet")
            #expect(json.status == 3)
            #expect(json.output.hasPrefix("{\"holds\":false,"))
            #expect(json.output.contains("\"schema\":{\"status\":\"different\""))
        }
    }

    @Test func whoPutsSomethingInTheWayOfTheComparisonIsFound() async throws {
        try await Workplace.withDatabase { place in
            try await place.output("token", "issue", "--user", "admin")
            try await place.tamper("create schema log_compared")
            let outcome = try await place.run("verify", "--json")
            #expect(outcome.status == 3)
            #expect(outcome.output.contains("log_compared"))
        }
    }

    @Test func aComparisonThatIsKeptFromBeingMadeIsNotTakenForOneThatHolds() async throws {
        try await Workplace.withDatabase { place in
            try await place.output("token", "issue", "--user", "admin")
            try await place.tamper("update daybook_migrations.applied set digest = '' where name = 'grants.sql'")
            let outcome = try await place.run("verify")
            #expect(outcome.status == 6)
            #expect(outcome.output.hasPrefix("The log holds: "))
            #expect(outcome.output.contains("UNKNOWN"))
            let json = try await place.run("verify", "--json", "--quiet")
            #expect(json.status == 6)
            #expect(json.output.hasPrefix("{\"holds\":null,"))
            #expect(json.output.contains("\"schema\":{\"status\":\"notCompared\""))
            let events = try await place.run("verify", "--events-only", "--json")
            #expect(events.status == 0)
            #expect(events.output.hasPrefix("{\"holds\":true,"))
            #expect(!events.output.contains("\"schema\""))
        }
    }

    @Test func aMigrationThatIsSaidToHaveBeenAnotherIsFound() async throws {
        try await Workplace.withDatabase { place in
            try await place.output("token", "issue", "--user", "admin")
            try await place.tamper(
                "update daybook_migrations.applied set digest = '' where name = '005-immutability.sql'"
            )
            let outcome = try await place.run("verify")
            #expect(outcome.status == 3)
            #expect(outcome.output.contains("005-immutability.sql"))
        }
    }

    @Test func aFileThatIsNoCheckpointIsAMistakeInTheCommand() async throws {
        try await Workplace.withDatabase { place in
            try await place.output("migrate")
            let file = place.file("note.txt")
            try "hello\n".write(toFile: file, atomically: true, encoding: .utf8)
            #expect(try await place.run("verify", "--checkpoint", file).status == 2)
            #expect(try await place.run("verify", "--checkpoint", place.file("missing.txt")).status == 2)
        }
    }

    @Test func keysOfAnotherLogAreNotBelieved() async throws {
        try await Workplace.withDatabase { place in
            try await place.output("token", "issue", "--user", "admin")
            try await Workplace.withDatabase { other in
                try await other.output("token", "issue", "--user", "admin")
                let key = try await other.key()
                #expect(try await place.run("verify", "--key", key).status == 3)
            }
            #expect(try await place.run("verify", "--key", try await place.key()).status == 0)
        }
    }
}

extension Workplace {
    /// The log's newest verifier key.
    func key() async throws -> String {
        let list = try await output("keys", "list", "--json")
        let line = try #require(list.split(separator: "\n").last)
        return try #require(line.firstMatch(of: /"verifier":"([^"]+)"/)?.1.description)
    }

    /// Changes what the database refuses to change, as a superuser can.
    func tamper(_ statements: String) async throws {
        let url = try #require(databaseURL)
        try await Psql.run("set session_replication_role = replica;\n\(statements);", on: url)
    }
}
