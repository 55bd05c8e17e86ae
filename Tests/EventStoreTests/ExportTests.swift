import EventStore
import Foundation
import JSON
import MerkleLog
import TestSupport
import Testing

/// What leaves the log can be verified without it: judged by a program of another language, `tools/verify.py`.
struct ExportTests {
    @Test(arguments: [0, 1, 7, 30, 256, 300, 529], [true, false])
    func everyExportHolds(_ from: Int64, _ includingPersonal: Bool) async throws {
        try await withSample { sample, log in
            let export = try await log.store.export(from: from, includingPersonal: includingPersonal, page: 100)
            let verdict = try await IndependentVerifier.verify("export", try await bytes(export), keys: keys(sample))
            #expect(verdict.status == 0, "\(verdict.text)")
            #expect(verdict.text.contains("events \(from) to 529 of test.example/log"))
        }
    }

    @Test func anExportEndsAtTheCheckpointThatCoversWhatWasAskedFor() async throws {
        try await withSample { sample, log in
            let export = try await log.store.export(from: 10, to: 31, includingPersonal: false)
            #expect(export.range == 10..<130)
            let verdict = try await IndependentVerifier.verify(
                "export",
                bytes(export),
                keys: keys(sample),
                checkpoints: [sample.checkpoint(29).encoded, sample.checkpoint(30).encoded]
            )
            #expect(verdict.status == 0, "\(verdict.text)")
        }
    }

    @Test func withheldTextIsNotInTheExport() async throws {
        try await withSample { sample, log in
            let open = String(decoding: try await bytes(log.store.export(includingPersonal: true)), as: UTF8.self)
            let closed = String(decoding: try await bytes(log.store.export(includingPersonal: false)), as: UTF8.self)
            for text in ["Person №", "192.0.2.", "about somebody"] {
                #expect(open.contains(text))
                #expect(!closed.contains(text))
            }
        }
    }

    @Test(
        arguments: [
            ("update log.events set actor = 'x' where position = 200", "position 200:"),
            ("update log.events set data = '{}' where position = 200", "position 200:"),
            ("update log.events set personal = '{}' where position = 200", "position 200:"),
            ("update log.events set leaf = sha256('') where position = 200", "position 200:"),
            ("update log.events set recorded_at = recorded_at - interval '1 h' where position = 200", "position 200:"),
            (
                "update log.checkpoints set note = overlay(note placing 'AAAA' from length(note) - 8) where size = 530",
                "somewhere in positions 130 to 529:"
            ),
        ]
    )
    func aTamperedLogIsExportedAsItIsAndDoesNotHold(_ change: String, _ where: String) async throws {
        try await withSample { sample, log in
            let kept = try await sample.checkpoint(130).encoded
            try await sample.asSuperuser(change)
            let export = try await log.store.export(includingPersonal: true)
            let verdict = try await IndependentVerifier.verify(
                "export",
                try await bytes(export),
                keys: keys(sample),
                checkpoints: [kept]
            )
            #expect(verdict.status == 3)
            #expect(verdict.text.hasPrefix("DOES NOT HOLD: \(`where`)"), "\(verdict.text)")
        }
    }

    @Test func aForgedTailIsFoundByACheckpointFromBefore() async throws {
        try await withSample { sample, log in
            let kept = try await [sample.checkpoint(130).encoded, sample.checkpoint(330).encoded]
            try await Forger.withStolenKey(sample).rewrite(from: 200) { $0[20].header.actor = "somebody-else" }
            let export = try await bytes(log.store.export(includingPersonal: true))
            let believing = try await IndependentVerifier.verify("export", export, keys: keys(sample))
            #expect(believing.status == 0)
            let knowing = try await IndependentVerifier.verify("export", export, keys: keys(sample), checkpoints: kept)
            #expect(knowing.status == 3)
            #expect(knowing.text.contains("somewhere in positions 130 to 329:"), "\(knowing.text)")
        }
    }

    @Test func aGapIsNotExportedAsTheEnd() async throws {
        try await withSample { sample, log in
            try await sample.asSuperuser("delete from log.events where position = 400")
            let export = try await log.store.export(includingPersonal: false)
            await #expect(throws: (any Error).self) { try await bytes(export) }
        }
    }

    @Test(arguments: [0, 16, 17, 41, 255, 256, 529], [true, false])
    func everyProofHolds(_ position: Int64, _ includingPersonal: Bool) async throws {
        try await withSample { sample, log in
            let event = try #require(try await log.store.reader.event(at: position))
            let bundle = ProofBundle(event: event, proof: try await log.store.prover.proof(of: position))
            var writer = JSONWriter()
            bundle.write(into: &writer, includingPersonal: includingPersonal)
            let verdict = try await IndependentVerifier.verify("proof", writer.bytes, keys: keys(sample))
            #expect(verdict.status == 0, "\(verdict.text)")
            // The same bundle with one letter changed.
            let text = String(decoding: writer.bytes, as: UTF8.self).replacing("\"actor\":\"", with: "\"actor\":\"x")
            let tampered = try await IndependentVerifier.verify("proof", Array(text.utf8), keys: keys(sample))
            #expect(tampered.status == 3)
        }
    }

    @Test func afterARotationTheKeyOfTheCheckpointIsNeeded() async throws {
        try await LogFixture.withLog { log in
            let first = try log.keys.verifiers().map(\.encoded)
            _ = try await log.store.append(.one("user-a", personal: true))
            let kept = try #require(try await log.store.prover.newestCheckpoint())
            let (old, new) = try await log.store.rotateKey(actor: "officer", reason: nil)
            #expect([old.verifier] == first)
            let export = try await bytes(log.store.export(includingPersonal: true))
            let stale = try await IndependentVerifier.verify("export", export, keys: first)
            #expect(stale.status == 3)
            #expect(stale.text.contains(new.id), "it names the key that signed")
            let both = try await IndependentVerifier.verify(
                "export",
                export,
                keys: [old.verifier, new.verifier],
                checkpoints: [kept]
            )
            #expect(both.status == 0, "\(both.text)")
        }
    }

    private func withSample(_ body: @Sendable (SampleLog, LogFixture) async throws -> Void) async throws {
        try await SampleLog.withCopy { sample in
            try await LogFixture.withLog(at: sample.url, keys: sample.keys) { log in try await body(sample, log) }
        }
    }

    private func keys(_ sample: SampleLog) throws -> [String] { try sample.keys.verifiers().map(\.encoded) }

    private func bytes(_ export: LogExport) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await piece in export { bytes += piece }
        return bytes
    }
}
