import Events
import Foundation
import MerkleLog
import Postgres
import TestSupport
import Testing

@testable import EventStore

struct KeyTests {
    // MARK: New logs

    private static func withNewLog(_ keys: KeyStore, _ body: (LogFixture) async throws -> Void) async throws {
        try await PostgresFixture.withFreshDatabase(LogFixture.migrated) { url in
            try await LogFixture.withLog(at: url, keys: keys, body)
        }
    }

    @Test func keysThatHaveSignedBeginNoOtherLog() async throws {
        try await LogFixture.withKeys { directory in
            let keys = KeyStore(directory: directory)
            try await Self.withNewLog(keys) { log in _ = try await log.store.append(.one("user-a")) }
            let error = await #expect(throws: KeyStoreError.self) { try await Self.withNewLog(keys) { _ in } }
            #expect(error?.code == .foreign)
            // Those of a restore have signed, whatever is there now.
            let adopted = KeyStore(directory: directory.appendingPathComponent("adopted"))
            try adopted.adopt(try keys.exported())
            await #expect(throws: KeyStoreError.self) { try await Self.withNewLog(adopted) { _ in } }
        }
    }

    @Test func aFirstStartThatWasKilledBeforeTheFirstEventIsGoneOnWith() async throws {
        try await LogFixture.withKeys { directory in
            let keys = KeyStore(directory: directory)
            try keys.createFirst(origin: "test.example/log")
            try await Self.withNewLog(keys) { (log) async throws -> Void in
                #expect(try await log.store.head().size == 1)
            }
            await #expect(throws: KeyStoreError.self) { try await Self.withNewLog(keys) { _ in } }
        }
    }

    // MARK: Rotation

    @Test func eventsOfBothKeysVerifyForEver() async throws {
        try await LogFixture.withLog { log in
            for index in 0..<5 { _ = try await log.store.append(.one("user-\(index)")) }
            let first = try log.keys.verifiers()
            let before = try await log.store.prover.proof(of: 3)
            for round in 0..<3 {
                let (old, new) = try await log.store.rotateKey(actor: "officer", reason: "round \(round)")
                #expect(old.retiredAt != nil)
                #expect(new.retiredAt == nil)
                for index in 0..<5 { _ = try await log.store.append(.one("user-\(round)-\(index)")) }
            }
            // The first key is all that somebody needs to know: each brings in the next.
            let report = try await LogVerifier(pool: log.pool).verify(trustedKeys: first)
            #expect(report.findings == [])
            #expect(report.checkpoints > 20)
            let believing = try await LogVerifier(pool: log.pool).verify()
            #expect(believing.findings == [])
            let event = try #require(try await log.store.reader.event(at: 3))
            let checkpoint = try before.verify(leaf: event.leaf, origin: "test.example/log", logKeys: first)
            #expect(checkpoint.size == 6)
        }
    }

    @Test func secretsOfTheKeyBeforeStayKnown() async throws {
        try await LogFixture.withLog { log in
            let first = try log.keys.secrets(for: "cursors")
            #expect(first.others == [])
            #expect(try log.keys.secrets(for: "other").current != first.current)
            // Another process rotates.
            let store = KeyStore(directory: log.keys.directory)
            try await LogFixture.withLog(at: log.url, keys: store) { other in
                _ = try await other.store.rotateKey(actor: "a", reason: nil)
            }
            let second = try log.keys.secrets(for: "cursors")
            #expect(second.current != first.current)
            #expect(second.others == [first.current])
        }
    }

    @Test func aRunningStoreSignsWithTheNewKeyAtOnce() async throws {
        try await LogFixture.withLog { log in
            // Another process with the same directory rotates, as the command does while the server runs.
            let keys = KeyStore(directory: log.keys.directory)
            try await LogFixture.withLog(at: log.url, keys: keys) { command in
                _ = try await log.store.append(.one("user-a"))
                let (old, new) = try await command.store.rotateKey(actor: "officer", reason: nil)
                let receipt = try await log.store.append(.one("user-a"))
                let note = try #require(try await log.store.prover.newestCheckpoint())
                #expect(note.contains("\(receipt.checkpointSize)"))
                #expect(try log.keys.current().id == new.id)
                #expect(old.id != new.id)
                let report = try await LogVerifier(pool: log.pool).verify(trustedKeys: log.keys.verifiers())
                #expect(report.findings == [])
            }
        }
    }

    @Test func appendsGoOnDuringARotation() async throws {
        try await LogFixture.withLog { log in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lane in 0..<8 {
                    group.addTask {
                        for index in 0..<15 { _ = try await log.store.append(.one("user-\(lane)-\(index)")) }
                    }
                }
                for _ in 0..<3 { _ = try await log.store.rotateKey(actor: "officer", reason: nil) }
                try await group.waitForAll()
            }
            let report = try await LogVerifier(pool: log.pool).verify(trustedKeys: log.keys.verifiers())
            #expect(report.findings == [])
            #expect(try await log.store.logKeys().count == 4)
        }
    }

    @Test func aReplicaWithACopyOfARetiredKeyStopsSigning() async throws {
        var limits = AppendLimits()
        limits.patience = .seconds(3)
        try await LogFixture.withLog { log in
            try await LogFixture.withKeys { copy in
                try FileManager.default.copyItem(at: log.keys.directory, to: copy)
                try await LogFixture.withLog(at: log.url, keys: KeyStore(directory: copy), limits: limits) { replica in
                    _ = try await log.store.rotateKey(actor: "officer", reason: nil)
                    await #expect {
                        try await replica.store.append(.one("user-b"))
                    } throws: { error in
                        let error = error as? AppendError
                        return error?.code == .unavailable && error?.message.contains("signed") == true
                    }
                    await #expect(throws: KeyStoreError.self) { try await replica.store.checkSigningKey() }
                    try await log.store.checkSigningKey()
                    _ = try await log.store.append(.one("user-c"))
                    let report = try await LogVerifier(pool: log.pool).verify(trustedKeys: log.keys.verifiers())
                    #expect(report.findings == [])
                }
            }
        }
    }

    @Test func whatARetiredKeySignsAfterwardsIsFound() async throws {
        try await LogFixture.withLog { log in
            let stolen = try log.keys.current().signer
            _ = try await log.store.rotateKey(actor: "officer", reason: "stolen")
            _ = try await log.store.append(.one("user-a"))
            let size = try await log.store.head().size
            let root = try await log.store.prover.root(size: size)
            let note = try Checkpoint(origin: "test.example/log", size: size, root: root).signed(with: [stolen]).encoded
            try await log.pool.withTransaction { connection in
                try await connection.script("set local session_replication_role = replica")
                _ = try await connection.execute("update log.checkpoints set note = \(note) where size = \(size)")
            }
            let report = try await LogVerifier(pool: log.pool).verify(trustedKeys: log.keys.verifiers())
            #expect(report.findings.map(\.kind) == [.badSignature])
            #expect(report.firstBadPosition == size - 1)
        }
    }

    // MARK: Opening

    @Test func aRetiredKeyIsRefusedAtTheStart() async throws {
        try await LogFixture.withLog { log in
            try await LogFixture.withKeys { copy in
                try FileManager.default.copyItem(at: log.keys.directory, to: copy)
                _ = try await log.store.rotateKey(actor: "officer", reason: nil)
                await expectRefusal(.foreign, "retired", at: log.url, KeyStore(directory: copy))
            }
        }
    }

    @Test func aLogWithEventsIsNotOpenedWithoutItsKeys() async throws {
        try await SampleLog.withCopy { sample in
            try await LogFixture.withKeys { empty in
                await expectRefusal(.missing, "restore the keys directory", at: sample.url, KeyStore(directory: empty))
                #expect(!FileManager.default.fileExists(atPath: empty.path), "no key is made instead")
            }
        }
    }

    @Test func aKeyOfAnotherLogIsRefused() async throws {
        try await LogFixture.withLog { other in
            try await SampleLog.withCopy { sample in
                await expectRefusal(.foreign, "not a key of this log", at: sample.url, other.keys)
            }
        }
    }

    // MARK: Files

    @Test func keysAreClosedToEverybodyElse() async throws {
        try await LogFixture.withLog { log in
            let files = try FileManager.default.contentsOfDirectory(atPath: log.keys.directory.path)
            #expect(files.count == 2)
            for path in [log.keys.directory.path] + files.map({ log.keys.directory.appendingPathComponent($0).path }) {
                let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
                #expect(mode.map { $0 & 0o077 } == 0, "\(path)")
            }
        }
    }

    @Test(arguments: ["", "current", "*.key"], [0o640, 0o604, 0o620])
    func looseFilesAreRefused(_ name: String, _ mode: Int) async throws {
        try await LogFixture.withLog { log in
            var path = log.keys.directory
            if name == "*.key" {
                let files = try FileManager.default.contentsOfDirectory(atPath: path.path)
                path.appendPathComponent(try #require(files.first { $0.hasSuffix(".key") }))
            } else if !name.isEmpty {
                path.appendPathComponent(name)
            }
            let loose = name.isEmpty ? mode | 0o110 : mode
            try FileManager.default.setAttributes([.posixPermissions: loose], ofItemAtPath: path.path)
            await expectRefusal(.exposed, "chmod go=", at: log.url, KeyStore(directory: log.keys.directory))
        }
    }

    @Test(arguments: ["", "not a key", "PRIVATE+KEY+x+00000000+AQ==", "PRIVATE+KEY+test.example/log+deadbeef+AAAA"])
    func aDamagedKeyFileIsRefused(_ contents: String) async throws {
        try await LogFixture.withLog { log in
            let id = try log.keys.current().id
            let file = log.keys.directory.appendingPathComponent("\(id).key")
            try Data(contents.utf8).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
            await expectRefusal(.malformed, "", at: log.url, KeyStore(directory: log.keys.directory))
        }
    }

    @Test func noMessageHoldsTheSecret() async throws {
        try await LogFixture.withLog { log in
            let id = try log.keys.current().id
            let file = log.keys.directory.appendingPathComponent("\(id).key")
            let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
            let secret = try #require(text.split(separator: "+").last?.dropLast(2))
            try Data((text.dropLast(3) + "x").utf8).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
            do {
                _ = try KeyStore(directory: log.keys.directory).current()
                Issue.record("a damaged key was read")
            } catch {
                #expect(!"\(error)".contains(secret.prefix(8)))
            }
        }
    }

    private func expectRefusal(
        _ code: KeyStoreError.Code,
        _ words: String,
        at url: String,
        _ keys: KeyStore
    ) async {
        await #expect {
            try await LogFixture.withLog(at: url, keys: keys) { _ in }
        } throws: { error in
            guard let error = error as? KeyStoreError else { return false }
            return error.code == code && (words.isEmpty || error.message.contains(words))
        }
    }
}
