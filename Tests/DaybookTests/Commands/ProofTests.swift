import Foundation
import TestSupport
import Testing

/// Proofs and exports, which leave the house.
@Suite struct ProofTests {
    @Test func aProofIsCheckedWithoutTheLogAndNoOtherEventPassesForIt() async throws {
        try await Workplace.withDatabase { place in
            try await place.output("token", "issue", "--user", "admin")
            let file = place.file("event.json")
            try await place.output("proof", "5", "--output", file)
            let key = try await place.key()
            let holds = try await DaybookProcess.run(["proof", "check", file, "--key", key])
            #expect(holds.status == 0)
            #expect(holds.output.contains("at position 5"))

            let text = try String(contentsOfFile: file, encoding: .utf8)
            for (word, other) in [("system", "sistem"), ("\"position\":5", "\"position\":6"), ("index 5", "index 4")] {
                #expect(text.contains(word))
                let forged = place.file("forged.json")
                try text.replacing(word, with: other).write(toFile: forged, atomically: true, encoding: .utf8)
                #expect(try await DaybookProcess.run(["proof", "check", forged, "--key", key]).status == 3)
            }
            try await Workplace.withDatabase { other in
                try await other.output("token", "issue", "--user", "admin")
                let wrong = try await DaybookProcess.run(["proof", "check", file, "--key", try await other.key()])
                #expect(wrong.status == 3)
            }
            let history = try await place.output("history", "--type", "audit.history-queried", "--json")
            #expect(history.contains("\"kind\":\"proof\""))
        }
    }

    @Test func aProofIsWrittenToStandardOutputAndReadFromStandardInput() async throws {
        try await Workplace.withDatabase { place in
            try await place.output("token", "issue", "--user", "admin")
            let bundle = try await place.output("proof", "0")
            let check = try await DaybookProcess.run(
                ["proof", "check", "-", "--key", try await place.key()],
                input: bundle
            )
            #expect(check.status == 0)
            #expect(try await place.run("proof", "100000").status == 4)
        }
    }

    @Test(arguments: ["", "not JSON", "{}", "{\"format\":\"daybook proof 1\"}", "[1]"])
    func whatIsNoProofProvesNothing(text: String) async throws {
        try await Workplace.withDatabase { place in
            try await place.output("token", "issue", "--user", "admin")
            let outcome = try await DaybookProcess.run(
                ["proof", "check", "-", "--key", try await place.key()],
                input: text
            )
            #expect(outcome.status == 3)
        }
    }

    @Test func anExportIsWholeOrNotThere() async throws {
        try await Workplace.withDatabase { place in
            try await place.output("token", "issue", "--user", "admin")
            let file = place.file("log.ndjson")
            try await place.output("export", "--from", "2", "--to", "6", "--output", file)
            let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
            #expect(lines.first?.hasPrefix("{\"format\":\"daybook export 1\"") == true)
            #expect(lines.last?.hasPrefix("{\"checkpoint\":") == true)
            #expect(lines.dropFirst().first?.hasPrefix("{\"position\":2,") == true)
            #expect(!lines.contains { $0.contains("First administrator") })

            let refused = try await place.run("export", "--from", "100000", "--output", place.file("none.ndjson"))
            #expect(refused.status == 4)
            let files = try FileManager.default.contentsOfDirectory(atPath: place.dataDirectory)
            #expect(files.sorted() == ["keys", "log.ndjson"])
            #expect(try await place.run("export", "--output", "/nowhere/log.ndjson").status == 2)
        }
    }
}
