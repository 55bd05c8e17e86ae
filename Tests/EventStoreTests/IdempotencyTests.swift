import EventStore
import Events
import Foundation
import OpenSSL
import Postgres
import TestSupport
import Testing

struct IdempotencyTests {
    private let key = IdempotencyKey(scope: "user-x", key: "k1", requestDigest: [1, 2, 3])

    @Test func aKeyIsRememberedAcrossRestarts() async throws {
        try await LogFixture.withLog { log in
            let first = try await log.store.append(.one("user-a", key: key))
            try await LogFixture.withLog(at: log.url, keys: log.keys) { restarted in
                let again = try await restarted.store.append(.one("user-a", key: key))
                #expect(again.isReplay)
                #expect(again.events == first.events)
                #expect(again.checkpointSize == first.checkpointSize)
                #expect(again.recordedAt == first.recordedAt)
                let other = IdempotencyKey(scope: key.scope, key: key.key, requestDigest: [9])
                await #expect {
                    try await restarted.store.append(.one("user-a", key: other))
                } throws: { ($0 as? AppendError)?.code == .idempotencyKeyReused }
            }
        }
    }

    @Test func whatIsKeptOfARequestTellsNobodyElseWhatItWas() async throws {
        try await LogFixture.withLog { log in
            _ = try await log.store.append(.one("user-a", key: key))
            let kept = try await log.pool.query("select request_digest from log.idempotency_keys")
            let digest = try #require(kept.first).decode([UInt8].self)
            let secret = try log.keys.secrets(for: "idempotency").current
            #expect(digest == HMAC.sha256(key: secret, message: key.requestDigest).bytes)
        }
    }

    @Test func aKeyIsRememberedAcrossRotations() async throws {
        try await LogFixture.withLog { log in
            let first = try await log.store.append(.one("user-a", key: key))
            _ = try await log.store.rotateKey(actor: "officer", reason: nil)
            _ = try await log.store.rotateKey(actor: "officer", reason: nil)
            let again = try await log.store.append(.one("user-a", key: key))
            #expect(again.events == first.events)
            let receipt = try await log.store.receipt(of: key)
            #expect(receipt?.events == first.events)
            try await expectReuse(in: log)
        }
    }

    @Test func whereAnEarlierKeyCannotBeReadThatConcernsWhoNeedsItAlone() async throws {
        try await LogFixture.withLog { log in
            _ = try await log.store.append(.one("user-a", key: key))
            let (earlier, _) = try await log.store.rotateKey(actor: "officer", reason: nil)
            // Open to others: no key any more.
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o644],
                ofItemAtPath: log.keys.directory.appendingPathComponent("\(earlier.id).key").path
            )
            let store = log.store
            let again = Task { [key] in try await store.append(.one("user-a", key: key)) }
            // In the same batch, or beside it.
            let other = IdempotencyKey(scope: "x", key: "k2", requestDigest: [4])
            let receipt = try await store.append(.one("user-b", key: other))
            #expect(!receipt.isReplay)
            let error = await #expect(throws: AppendError.self) { try await again.value }
            #expect(error?.code == .unavailable)
            let unknown = await #expect(throws: AppendError.self) { try await store.receipt(of: key) }
            #expect(unknown?.code == .unavailable)
        }
    }

    @Test func aKeyOfAReleaseThatKeptPlainDigestsIsRemembered() async throws {
        try await LogFixture.withLog { log in
            let first = try await log.store.append(.one("user-a"))
            try await log.pool.execute(
                """
                insert into log.idempotency_keys
                values (\(key.scope), \(key.key), \(key.requestDigest), \(first.events[0].position), 1,
                    \(first.checkpointSize))
                """
            )
            let again = try await log.store.append(.one("user-a", key: key))
            #expect(again.events == first.events)
            let receipt = try await log.store.receipt(of: key)
            #expect(receipt?.events == first.events)
            try await expectReuse(in: log)
        }
    }

    /// Another request under the key is refused.
    private func expectReuse(in log: LogFixture) async throws {
        let other = IdempotencyKey(scope: key.scope, key: key.key, requestDigest: [9])
        await #expect {
            try await log.store.append(.one("user-a", key: other))
        } throws: { ($0 as? AppendError)?.code == .idempotencyKeyReused }
        await #expect {
            try await log.store.receipt(of: other)
        } throws: { ($0 as? AppendError)?.code == .idempotencyKeyReused }
    }

    @Test func anEventIDIsRememberedAcrossRestarts() async throws {
        try await LogFixture.withLog { log in
            let id = UUIDv7.generate()
            let first = try await log.store.append(.one("user-a", id: id))
            try await LogFixture.withLog(at: log.url, keys: log.keys) { restarted in
                let again = try await restarted.store.append(.one("user-a", id: id))
                #expect(again.isReplay)
                #expect(again.events == first.events)
                #expect(again.checkpointSize == first.checkpointSize)
            }
        }
    }

    @Test func keysOfDifferentScopesNeverMeet() async throws {
        try await LogFixture.withLog { log in
            let other = IdempotencyKey(scope: "user-y", key: key.key, requestDigest: key.requestDigest)
            let first = try await log.store.append(.one("user-a", key: key))
            let second = try await log.store.append(.one("user-a", key: other))
            #expect(first.events != second.events)
            #expect(!second.isReplay)
        }
    }

    @Test func aRepetitionWhoseExpectationNoLongerHoldsIsStillAnsweredAsBefore() async throws {
        try await LogFixture.withLog { log in
            let first = try await log.store.append(.one("user-a", .none, key: key))
            _ = try await log.store.append(.one("user-a"))
            let again = try await log.store.append(.one("user-a", .none, key: key))
            #expect(again.events == first.events)
            #expect(again.isReplay)
        }
    }

    @Test func aRefusedRequestDoesNotUseItsKeyUp() async throws {
        try await LogFixture.withLog { log in
            await #expect {
                try await log.store.append(.one("user-a", .exact(7), key: key))
            } throws: { ($0 as? AppendError)?.code == .versionConflict(stream: "user-a", current: nil) }
            let receipt = try await log.store.append(.one("user-a", .none, key: key))
            #expect(!receipt.isReplay)
        }
    }

    @Test func anAppendOfSeveralStreamsIsRepeatedAsAWhole() async throws {
        try await LogFixture.withLog { log in
            let events = (0..<3).map { index in
                (0..<2).map { NewEvent(Identity.UserRegistered(userID: "u\(index)-\($0)", kind: .service)) }
            }
            let request = AppendRequest(
                streams: events.enumerated().map { StreamAppend(stream: "s-\($0)", events: $1) },
                actor: "tester",
                idempotency: key
            )
            let first = try await log.store.append(request)
            _ = try await log.store.append(.one("between"))
            let again = try await log.store.append(request)
            #expect(again.events == first.events)
            #expect(again.events.count == 6)
            let size = try await log.store.head().size
            #expect(size == 8)
        }
    }

    @Test func someIDsOfARequestAloneAreARefusal() async throws {
        try await LogFixture.withLog { log in
            let (a, b) = (UUIDv7.generate(), UUIDv7.generate())
            _ = try await log.store.append(.one("user-a", id: a))
            let mixed = AppendRequest(
                streams: [
                    StreamAppend(
                        stream: "user-a",
                        events: [a, b].map {
                            NewEvent(Identity.UserRegistered(userID: "user-a", kind: .person), id: $0)
                        }
                    )
                ],
                actor: "tester"
            )
            await #expect {
                try await log.store.append(mixed)
            } throws: { ($0 as? AppendError)?.code == .idReused }
            var doubled = mixed
            doubled.streams[0].events[0] = doubled.streams[0].events[1]
            await #expect {
                try await log.store.append(doubled)
            } throws: { ($0 as? AppendError)?.code == .invalidRequest }
        }
    }

    @Test(arguments: ["", "a\u{0}b", "a\nb", String(repeating: "x", count: 1_001)])
    func aScopeOrKeyThatCannotBeStoredIsRefusedAlone(_ text: String) async throws {
        try await LogFixture.withLog { log in
            async let others = withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<20 { group.addTask { _ = try await log.store.append(.one("user-\(index)")) } }
                try await group.waitForAll()
            }
            for key in [
                IdempotencyKey(scope: text, key: "k", requestDigest: [1]),
                IdempotencyKey(scope: "s", key: text, requestDigest: [1]),
            ] {
                await #expect {
                    try await log.store.append(.one("user-a", key: key))
                } throws: { ($0 as? AppendError)?.code == .invalidRequest }
            }
            try await others
        }
    }
}
