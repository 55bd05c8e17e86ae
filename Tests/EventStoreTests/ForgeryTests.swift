import EventStore
import Events
import MerkleLog
import OpenSSL
import TestSupport
import Testing

/// A superuser who writes the end of the log anew so that everything in the database fits.
struct ForgeryTests {
    @Test func aTailSignedWithAForeignKeyIsFoundWhereItBegins() async throws {
        try await SampleLog.withCopy { log in
            try await Forger.withForeignKey(log).rewrite(from: 130) { $0[20].header.actor = "somebody-else" }
            let report = try await log.verify()
            #expect(report.findings.first?.kind == .badSignature)
            #expect(report.firstBadPosition == 130)
        }
    }

    @Test func aTailThatBringsItsOwnKeyIsFoundWhereItBegins() async throws {
        try await SampleLog.withCopy { log in
            let forger = try Forger.withForeignKey(log)
            let created = NewEvent(
                Log.KeyCreated(
                    keyName: SampleLog.origin,
                    keyID: forger.signer.verifier.keyIDText,
                    publicKey: Base64.encode(forger.signer.verifier.publicKey.bytes)
                )
            )
            try await forger.rewrite(from: 130) { tail in
                tail[0].header.type = created.type
                tail[0].header.stream = "log-keys"
                tail[0].header.version = 1
                tail[0].data = created.data
                tail[0].personal = nil
                tail[0].salt = nil
                tail[0].erasedPersonalDigest = nil
            }
            let report = try await log.verify()
            #expect(report.findings.first?.kind == .badSignature)
            #expect(report.firstBadPosition == 130)
        }
    }

    @Test func aWholeLogUnderAnotherKeyIsFoundByWhoKnowsTheKey() async throws {
        try await SampleLog.withCopy { log in
            let forger = try Forger.withForeignKey(log)
            try await forger.rewrite(from: 0) { tail in
                let created = NewEvent(
                    Log.KeyCreated(
                        keyName: SampleLog.origin,
                        keyID: forger.signer.verifier.keyIDText,
                        publicKey: Base64.encode(forger.signer.verifier.publicKey.bytes)
                    )
                )
                tail[0].data = created.data
            }
            let believing = try await LogVerifier(pool: log.pool).verify()
            #expect(believing.findings == [], "without a key or checkpoint from before nothing can be known")
            let knowing = try await log.verify()
            #expect(knowing.firstBadPosition == 0)
        }
    }

    @Test func aTailSignedWithTheStolenKeyIsFoundByACheckpointFromBefore() async throws {
        try await SampleLog.withCopy { log in
            let kept = try await [log.checkpoint(130), log.checkpoint(330)]
            try await Forger.withStolenKey(log).rewrite(from: 200) { $0[20].header.actor = "somebody-else" }
            let alone = try await log.verify()
            #expect(alone.findings == [], "with the key stolen, what is in the database proves nothing by itself")
            let report = try await log.verify(trusting: kept)
            #expect(report.findings.map(\.kind) == [.forked])
            // Between the newest checkpoint that still holds and the first that does not.
            #expect(report.findings.first.map { $0.position..<$0.below } == 130..<330)
        }
    }

    @Test func anEventTakenOutWithTheStolenKeyIsFoundByACheckpointFromBefore() async throws {
        try await SampleLog.withCopy { log in
            let kept = try await [log.checkpoint(330), log.checkpoint(530)]
            try await Forger.withStolenKey(log).rewrite(from: 200) { $0.remove(at: 20) }
            let report = try await log.verify(trusting: kept)
            #expect(report.findings.contains { $0.kind == .forked && $0.below == 330 })
            #expect(report.findings.contains { $0.kind == .truncated && $0.position == 529 })
        }
    }

    // MARK: The end cut off

    @Test func anEndCutOffWithoutCareIsFoundByItself() async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser("delete from log.events where position >= 330")
            let report = try await log.verify()
            #expect(report.findings.map(\.kind) == [.missingEvent])
            #expect(report.firstBadPosition == 330)
        }
    }

    @Test func anEndCutOffWithTheHeadAdjustedIsFoundByTheCheckpointsLeft() async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser(
                "delete from log.events where position >= 330; update log.head set size = 330, inline_size = 0"
            )
            let report = try await log.verify()
            #expect(report.findings.contains { $0.kind == .truncated && $0.position == 330 && $0.below == 530 })
        }
    }

    @Test func anEndCutOffWithEverythingAdjustedIsFoundByACheckpointFromBefore() async throws {
        try await SampleLog.withCopy { log in
            let kept = try await log.checkpoint(530)
            try await Forger.withStolenKey(log).rewrite(from: 330) { $0 = [] }
            let alone = try await log.verify()
            #expect(alone.findings == [], "a shorter log is a log")
            let report = try await log.verify(trusting: [kept])
            #expect(report.findings.map(\.kind) == [.truncated])
            #expect(report.findings.first.map { $0.position..<$0.below } == 330..<530)
        }
    }

    @Test func anEndReplacedAfterCuttingItOffIsFoundByACheckpointFromBefore() async throws {
        try await SampleLog.withCopy { log in
            let kept = try await log.checkpoint(530)
            try await Forger.withStolenKey(log).rewrite(from: 330) { tail in
                tail.append(contentsOf: tail.prefix(20))
                for index in tail.indices {
                    tail[index].header.version = 1_000 + Int64(index)
                    tail[index].header.id = UUIDv7.generate()
                }
            }
            let report = try await log.verify(trusting: [kept])
            #expect(report.findings.map(\.kind) == [.forked])
            #expect(report.findings.first?.below == 530)
        }
    }
}
