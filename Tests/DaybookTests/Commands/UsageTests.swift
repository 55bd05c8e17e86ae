import Foundation
import TestSupport
import Testing

/// What a mistake in a command gets.
@Suite struct UsageTests {
    @Test(arguments: [
        ["--unknown"], ["verify", "--frm", "3"], ["verify", "--from", "x"], ["verify", "--from", "-1"],
        ["verify", "--from", "9", "--to", "3"], ["verify", "--key", "nothing"], ["serve", "--port", "eighty"],
        ["serve", "--port", "70000"], ["serve", "--log-level", "loud"], ["token", "issue"], ["proof"],
        ["proof", "minus"], ["proof", "check", "file"], ["restore", "--to", "yesterday", "--preview"],
        ["restore", "--to", "3"], ["restore", "--to", "3", "--reason", " "], ["erase", "--user", "a", "--reason", " "],
        ["history", "--from", "2025-13-01T00:00:00Z"], ["history", "--limit", "0"],
        ["history", "--type", "no.such-type"], ["erase", "--user", "ada"], ["demo", "--users", "3"],
        ["demo", "--seed", "-1"], ["projections"], ["nonsense"],
        ["token", "issue", "--user", "a", "--expires", "soon"],
    ])
    func aMistakeIsNamedOnStandardErrorWithStatus2(arguments: [String]) async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("daybook-\(UUID().uuidString)")
            .path
        let outcome = try await DaybookProcess.run(arguments, environment: ["DAYBOOK_DATA_DIR": directory])
        // A group of commands without one of them shows which there are.
        if arguments == ["projections"] {
            #expect(outcome.output.contains("USAGE: daybook projections <subcommand>"))
        } else {
            #expect(outcome.status == 2)
            #expect(outcome.output.isEmpty)
            #expect(!outcome.errors.isEmpty)
        }
        #expect(!FileManager.default.fileExists(atPath: directory))
    }

    @Test func machinesAreToldOfMistakesAsJSON() async throws {
        let outcome = try await DaybookProcess.run(["verify", "--from", "x", "--json"])
        #expect(outcome.status == 2)
        #expect(
            outcome.errors
                == "{\"error\":{\"message\":\"The value 'x' is invalid for '--from <position>'\",\"exitStatus\":2,"
                + "\"meaning\":\"the command or its configuration is wrong\"}}\n"
        )
    }

    @Test(arguments: [
        [], ["serve"], ["migrate"], ["token", "issue"], ["token", "revoke"], ["token", "list"], ["history"], ["verify"],
        ["proof"], ["proof", "write"], ["proof", "check"], ["export"], ["export", "create"], ["export", "verify"],
        ["restore"], ["projections", "status"],
        ["projections", "rebuild"], ["projections", "check"], ["projections", "resume"], ["keys", "list"],
        ["keys", "rotate"], ["erase"], ["demo"],
    ])
    func everyCommandHelps(command: [String]) async throws {
        let outcome = try await DaybookProcess.run(command + ["--help"])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("USAGE: daybook \(command.joined(separator: " "))"))
        #expect(outcome.errors.isEmpty)
    }

    @Test func theVersionIsANumber() async throws {
        let outcome = try await DaybookProcess.run(["--version"])
        #expect(outcome.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
    }

    @Test(arguments: [
        ["verify"], ["history"], ["keys", "list"], ["projections", "status"], ["export"], ["token", "list"],
    ])
    func lookingForADaybookMakesNone(command: [String]) async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("daybook-\(UUID().uuidString)")
            .path
        let outcome = try await DaybookProcess.run(command + ["--data-dir", directory])
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("There is no Daybook in \(directory)."))
        #expect(!FileManager.default.fileExists(atPath: directory))
    }

    @Test func aDatabaseThatIsNotThereHasAStatusOfItsOwnAndNoPasswordIsShown() async throws {
        let outcome = try await DaybookProcess.run(
            ["verify"],
            environment: ["DATABASE_URL": "postgresql://book:hunter2@127.0.0.1:1/daybook"]
        )
        #expect(outcome.status == 5)
        #expect(!outcome.errors.contains("hunter2"))
    }

    @Test func anEmptyDatabaseHoldsNoLog() async throws {
        try await Workplace.withDatabase { place in
            let outcome = try await place.run("verify")
            #expect(outcome.status == 2)
            #expect(outcome.errors.contains("The database holds no log."))
        }
    }
}
