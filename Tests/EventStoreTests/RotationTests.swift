import Foundation
import Postgres
import TestSupport
import Testing

@testable import EventStore

/// A rotation that was cut short, and two at once.
struct RotationTests {
    @Test func theNextRotationRetiresWhatAnInterruptedOneLeftBehind() async throws {
        try await LogFixture.withLog { log in
            let first = try log.keys.current()
            // Cut short before the new key is used …
            let unused = try log.keys.create(origin: first.origin)
            _ = try await log.store.append(EventStore.creation(of: unused, actor: "officer"))
            // … and, later, before the old one is retired.
            let second = try log.keys.create(origin: first.origin)
            _ = try await log.store.append(EventStore.creation(of: second, actor: "officer"))
            try log.keys.use(second)
            _ = try await log.store.append(.one("user-a"))

            let (old, new) = try await log.store.rotateKey(actor: "officer", reason: "the first was stolen")
            #expect(old.id == second.id)
            let known = try await log.store.logKeys()
            #expect(known.filter { $0.retiredAt == nil }.map(\.id) == [new.id], "one key signs, and no other may")
            #expect(known.count == 4)
            let report = try await LogVerifier(pool: log.pool).verify(trustedKeys: [first.verifier])
            #expect(report.findings == [])
        }
    }

    @Test func rotationsAtOnceLeaveOneKeyThatSigns() async throws {
        try await LogFixture.withLog { log in
            let stores = (0..<3).map { _ in KeyStore(directory: log.keys.directory) }
            let done = try await withThrowingTaskGroup(of: Bool.self) { group in
                for keys in stores {
                    group.addTask {
                        try await LogFixture.withLog(at: log.url, keys: keys) { replica in
                            do {
                                _ = try await replica.store.rotateKey(actor: "officer", reason: nil)
                                return true
                            } catch let error as KeyStoreError {
                                #expect(error.code == .busy)
                                return false
                            }
                        }
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(done >= 1)
            let known = try await log.store.logKeys()
            #expect(known.count == 1 + done)
            #expect(known.filter { $0.retiredAt == nil }.map(\.id) == [try log.keys.current().id])
            _ = try await log.store.append(.one("user-a"))
            let report = try await LogVerifier(pool: log.pool).verify(trustedKeys: log.keys.verifiers())
            #expect(report.findings == [])
        }
    }

    /// The server that signs is not root, and could read none of root's files.
    @Test(.enabled(if: geteuid() == 0, "Root alone writes for others."))
    func whatRootRotatesIsTheDirectoryOwners() async throws {
        try await LogFixture.withLog { log in
            let directory = log.keys.directory
            try #require(chown(directory.path, 65_534, 65_534) == 0)
            let (_, new) = try await log.store.rotateKey(actor: "officer", reason: nil)
            for name in ["current", "\(new.id).key", "rotation.lock"] {
                let file = directory.appendingPathComponent(name)
                let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
                let owner = (attributes[.ownerAccountID] as? NSNumber)?.intValue
                #expect(owner == 65_534, "\(name)")
                let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue
                #expect(mode == 0o600, "\(name)")
            }
        }
    }
}
