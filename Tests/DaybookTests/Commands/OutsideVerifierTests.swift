import Foundation
import TestSupport
import Testing

/// What leaves the house is checked by a program that shares no code with this one.
@Suite struct OutsideVerifierTests {
    @Test func exportsAndProofsHoldForTheIndependentVerifier() async throws {
        try await Workplace.withDatabase { place in
            try await place.output("demo", "--users", "200")
            let key = try await place.key()
            let range = place.file("range.ndjson")
            try await place.output("export", "--from", "70", "--to", "300", "--output", range)
            let held = try await verify("export", range, key)
            #expect(held.status == 0)
            let whole = place.file("whole.ndjson")
            try await place.output("export", "--personal", "--output", whole)
            #expect(try await verify("export", whole, key).status == 0)
            let proof = place.file("proof.json")
            try await place.output("proof", "75", "--personal", "--output", proof)
            #expect(try await verify("proof", proof, key).status == 0)

            let edited = place.file("edited.ndjson")
            let text = try String(contentsOfFile: whole, encoding: .utf8)
            try text.replacing("Health officer", with: "Health Officer", maxReplacements: 1)
                .write(toFile: edited, atomically: true, encoding: .utf8)
            #expect(try await verify("export", edited, key).status == 3)
        }
    }

    private func verify(
        _ what: String,
        _ file: String,
        _ key: String
    ) async throws -> DaybookProcess.Outcome {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try await DaybookProcess(
            executable: URL(fileURLWithPath: "/usr/bin/env"),
            ["python3", root.appendingPathComponent("tools/verify.py").path, what, file, "--key", key],
            environment: [:]
        )
        .outcome()
    }
}
