import EventStore
import Events
import Foundation
import Postgres
import TestSupport
import Testing

struct AppendTests {
    @Test func anAcknowledgedEventIsVisibleSignedAndProvable() async throws {
        try await LogFixture.withLog { log in
            let receipt = try await log.store.append(.one("user-a", .none))
            #expect(receipt.events.map(\.position) == [1])
            #expect(receipt.checkpointSize == 2)
            let event = try #require(try await log.store.reader.event(at: 1))
            #expect(event.isIntact)
            #expect(event.leaf == receipt.events[0].leaf)
            let proof = try await log.store.prover.proof(of: 1)
            let keys = try log.keys.verifiers()
            let checkpoint = try proof.verify(leaf: event.leaf, origin: "test.example/log", logKeys: keys)
            #expect(checkpoint.size == 2)
        }
    }

    @Test func theSQLFunctionComputesTheSameLeaves() async throws {
        try await LogFixture.withLog { log in
            for index in 0..<20 { _ = try await log.store.append(.one("user-\(index % 3)", personal: index % 2 == 0)) }
            let rows = try await log.pool.query("select count(*) from log.events as e where log.leaf(e) <> e.leaf")
            #expect(try rows[0].decode(Int64.self) == 0)
        }
    }

    @Test func callersInABatchFailAlone() async throws {
        try await LogFixture.withLog { log in
            let outcomes = await withTaskGroup(of: Bool.self) { group in
                for index in 0..<200 {
                    group.addTask {
                        let expected: ExpectedVersion = index % 4 == 0 ? .exact(77) : .any
                        return (try? await log.store.append(.one("user-\(index)", expected))) != nil
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(outcomes == 150)
            let size = try await log.store.head().size
            #expect(size == 151)
        }
    }

    @Test func aWrongVersionIsRefusedWithTheCurrentOne() async throws {
        try await LogFixture.withLog { log in
            _ = try await log.store.append(.one("user-a", .none))
            await #expect {
                try await log.store.append(.one("user-a", .none))
            } throws: { error in
                (error as? AppendError)?.code == .versionConflict(stream: "user-a", current: 0)
            }
        }
    }

    @Test func onlyOneOfManyRacersGetsTheVersion() async throws {
        try await LogFixture.withLog { log in
            let won = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<100 {
                    group.addTask { (try? await log.store.append(.one("user-a", .none))) != nil }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(won == 1)
        }
    }

    @Test func theSameIdempotencyKeyRecordsOnce() async throws {
        try await LogFixture.withLog { log in
            let key = IdempotencyKey(scope: "user-x", key: "k1", requestDigest: [1])
            let receipts = try await withThrowingTaskGroup(of: Receipt.self) { group in
                for _ in 0..<50 {
                    group.addTask { try await log.store.append(.one("user-a", key: key)) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(receipts.map { $0.events[0].position }) == [1])
            #expect(receipts.filter { !$0.isReplay }.count == 1)
            await #expect {
                try await log.store.append(
                    .one("user-a", key: IdempotencyKey(scope: "user-x", key: "k1", requestDigest: [2]))
                )
            } throws: { ($0 as? AppendError)?.code == .idempotencyKeyReused }
            let size = try await log.store.head().size
            #expect(size == 2)
        }
    }

    @Test func theSameEventIDRecordsOnce() async throws {
        try await LogFixture.withLog { log in
            let id = UUIDv7.generate()
            let first = try await log.store.append(.one("user-a", id: id))
            let second = try await log.store.append(.one("user-a", id: id))
            #expect(first.events == second.events)
            #expect(second.isReplay)
            await #expect {
                try await log.store.append(.one("user-b", id: id))
            } throws: { ($0 as? AppendError)?.code == .idReused }
        }
    }

    @Test func aConditionOnTypesFailsOnceSuchAnEventIsRecorded() async throws {
        try await LogFixture.withLog { log in
            let before = try await log.store.head().size
            var request = AppendRequest.one("user-a")
            request.conditions = [.noneSince(size: before, types: [Identity.UserRegistered.type])]
            _ = try await log.store.append(request)
            await #expect {
                try await log.store.append(request)
            } throws: { ($0 as? AppendError)?.code == .conditionFailed }
        }
    }

    @Test func replicasAppendingAtOnceMakeOneDenseLog() async throws {
        try await LogFixture.withLog { first in
            try await LogFixture.withLog(at: first.url, keys: first.keys) { second in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for index in 0..<400 {
                        let store = index % 2 == 0 ? first.store : second.store
                        group.addTask { _ = try await store.append(.one("user-\(index % 7)")) }
                    }
                    try await group.waitForAll()
                }
                let row = try await first.pool.query("select count(*), max(position) from log.events")[0]
                let (count, last) = try row.decode((Int64, Int64).self)
                #expect(count == 401)
                #expect(last == 400)
                let report = try await LogVerifier(pool: first.pool).verify(trustedKeys: first.keys.verifiers())
                #expect(report.findings == [])
            }
        }
    }

    @Test func controlCharactersInNamesAreRefused() async throws {
        try await LogFixture.withLog { log in
            _ = try await log.store.head()
            await #expect {
                try await log.store.append(.one("user-a\nactor root"))
            } throws: { ($0 as? AppendError)?.code == .invalidRequest }
        }
    }
}

extension AppendRequest {
    static func one(
        _ stream: String,
        _ expected: ExpectedVersion = .any,
        personal: Bool = false,
        id: UUID? = nil,
        key: IdempotencyKey? = nil
    ) -> AppendRequest {
        let event = Identity.UserRegistered(userID: stream, kind: .person, name: personal ? "Somebody" : nil)
        return AppendRequest(
            streams: [StreamAppend(stream: stream, expected: expected, events: [NewEvent(event, id: id)])],
            actor: "tester",
            idempotency: key
        )
    }
}
