import EventStore
import Events
import Synchronization
import TestSupport
import Testing

/// Several stores over one database.
struct ReplicaTests {
    @Test func threeReplicasAppendingAtOnceMakeOneDenseLog() async throws {
        try await withReplicas { stores, log in
            let acknowledged = Acknowledged()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lane in 0..<24 {
                    let store = stores[lane % stores.count]
                    group.addTask {
                        for index in 0..<15 {
                            // Half of the streams are shared by all replicas.
                            let stream = index % 2 == 0 ? "shared-\(index)" : "own-\(lane)"
                            let receipt = try await store.append(.one(stream, personal: index % 3 == 0))
                            acknowledged.add(receipt)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let receipts = acknowledged.events
            #expect(receipts.map(\.position) == Array(1...360))
            let events = try await log.store.reader.events(from: 1, limit: 1_000)
            #expect(
                events.map(\.header.id) == receipts.map(\.id),
                "every acknowledged event is there, once, in its place"
            )
            #expect(events.map(\.leaf) == receipts.map(\.leaf))
            let byStream = Dictionary(grouping: events, by: \.header.stream)
            for (stream, events) in byStream {
                #expect(events.map(\.header.version) == Array(0..<Int64(events.count)), "\(stream)")
            }
            let report = try await LogVerifier(pool: log.pool).verify(trustedKeys: log.keys.verifiers())
            #expect(report.findings == [])
        }
    }

    @Test func aBatchOnTopOfOneThatLostItsPlaceIsNotTakenForWhatItWasPlannedOn() async throws {
        try await withReplicas(2) { stores, log in
            let (mine, other) = (stores[0], stores[1])
            _ = try await other.append(.one("shared"))
            _ = try await mine.append(.one("shared"))
            // A conflict makes the other one look again without appending: now both plan on the true end of the log.
            await #expect(throws: AppendError.self) { try await other.append(.one("shared", .exact(7))) }

            let slow = try await Slow.begin(log.url, "select size from log.head for update")
            async let ahead = other.append(.one("other"))
            try await slow.waitForWaiters(1)
            async let loser = mine.append(.one("first"))
            try await slow.waitForWaiters(2)
            async let onTop = mine.append(.one("second"))
            // It is planned on the first, and asks for the head once the first is settled: nothing tells from outside.
            try await Task.sleep(for: .milliseconds(200))
            await slow.end("rollback")

            // The other replica's event makes the log just as long as the first batch of this one would have.
            let receipts = try await [ahead, loser, onTop]
            #expect(Set(receipts.flatMap(\.events).map(\.position)) == [3, 4, 5])
            let report = try await LogVerifier(pool: log.pool).verify(trustedKeys: log.keys.verifiers())
            #expect(report.findings == [])
        }
    }

    @Test func aQuietReplicaGetsThroughBesideABusyOne() async throws {
        try await withReplicas(2) { stores, _ in
            let written = Count()
            let busy = (0..<32).map { lane in
                Task {
                    while !Task.isCancelled {
                        _ = try await stores[0].append(.one("busy-\(lane)"))
                        written.rise()
                    }
                }
            }
            var slowest = Duration.zero
            // Each has its turns, however fast the machine is.
            for index in 0..<1_000 where index < 15 || written.value < 200 {
                let start = ContinuousClock.now
                _ = try await stores[1].append(.one("quiet-\(index)"))
                slowest = max(slowest, ContinuousClock.now - start)
            }
            busy.forEach { $0.cancel() }
            for task in busy { try await task.value }
            #expect(written.value >= 200, "the busy one goes on as well")
            #expect(slowest < .seconds(10))
        }
    }

    @Test func aReplicaThatWasOvertakenDoesNotRefuseWhatHolds() async throws {
        try await withReplicas(2) { stores, _ in
            _ = try await stores[0].append(.one("user-a", .none))
            _ = try await stores[1].append(.one("user-a", .exact(0)))
            // The first replica still believes that the newest version is 0.
            let receipt = try await stores[0].append(.one("user-a", .exact(1)))
            #expect(receipt.events.map(\.version) == [2])
            _ = try await stores[1].append(.one("user-a", .exact(2)))
            await #expect {
                try await stores[0].append(.one("user-a", .exact(2)))
            } throws: { ($0 as? AppendError)?.code == .versionConflict(stream: "user-a", current: 3) }
        }
    }

    @Test func aConditionHoldsAcrossReplicas() async throws {
        try await withReplicas(2) { stores, _ in
            _ = try await stores[0].append(.one("user-a"))
            let size = try await stores[0].head().size
            var request = AppendRequest.one("user-b")
            request.conditions = [.noneSince(size: size, types: [Identity.UserRegistered.type])]
            let other = RBAC.RoleAssigned(userID: "u", roleID: "r", branchID: "b")
            _ = try await stores[1].append(
                AppendRequest(streams: [StreamAppend(stream: "x", events: [NewEvent(other)])], actor: "a")
            )
            _ = try await stores[0].append(request)
            let now = try await stores[0].head().size
            _ = try await stores[1].append(.one("user-c"))
            request.conditions = [.noneSince(size: now, types: [Identity.UserRegistered.type])]
            await #expect {
                try await stores[0].append(request)
            } throws: { ($0 as? AppendError)?.code == .conditionFailed }
        }
    }

    @Test func theSameIdempotencyKeyRecordsOnceAcrossReplicas() async throws {
        try await withReplicas { stores, _ in
            let key = IdempotencyKey(scope: "user-x", key: "k", requestDigest: [1])
            let receipts = try await withThrowingTaskGroup(of: Receipt.self) { group in
                for index in 0..<30 {
                    group.addTask { try await stores[index % 3].append(.one("user-a", key: key)) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(receipts.map(\.events)).count == 1)
            #expect(Set(receipts.map(\.checkpointSize)).count == 1)
            #expect(receipts.filter { !$0.isReplay }.count == 1)
            let size = try await stores[0].head().size
            #expect(size == 2)
        }
    }

    @Test func theSameEventIDRecordsOnceAcrossReplicas() async throws {
        try await withReplicas { stores, _ in
            let id = UUIDv7.generate()
            let receipts = try await withThrowingTaskGroup(of: Receipt.self) { group in
                for index in 0..<30 { group.addTask { try await stores[index % 3].append(.one("user-a", id: id)) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(receipts.map(\.events)).count == 1)
            #expect(receipts.filter { !$0.isReplay }.count == 1)
        }
    }

    @Test func anEventOfOneReplicaIsInTheNextHeadOfAnother() async throws {
        try await withReplicas(2) { stores, _ in
            for index in 0..<20 {
                let receipt = try await stores[index % 2].append(.one("user-\(index)"))
                let head = try await stores[(index + 1) % 2].head()
                #expect(head.size >= receipt.checkpointSize)
            }
        }
    }

    @Test func twoThatOpenANewLogAtOnceShareItsKey() async throws {
        try await PostgresFixture.withFreshDatabase(LogFixture.migrated) { url in
            try await LogFixture.withKeys { keys in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<4 {
                        // A KeyStore each, as in processes of their own.
                        let keys = KeyStore(directory: keys)
                        group.addTask {
                            try await LogFixture.withLog(at: url, keys: keys) { log in
                                _ = try await log.store.append(.one("user-a"))
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                try await LogFixture.withLog(at: url, keys: KeyStore(directory: keys)) { log in
                    let known = try await log.store.logKeys()
                    #expect(known.count == 1)
                    #expect(try log.keys.verifiers().count == 1)
                    let report = try await LogVerifier(pool: log.pool).verify()
                    #expect(report.findings == [])
                }
            }
        }
    }

    private func withReplicas(
        _ count: Int = 3,
        _ body: @escaping @Sendable ([EventStore], LogFixture) async throws -> Void
    ) async throws {
        try await LogFixture.withLog { first in
            try await LogFixture.withLog(at: first.url, keys: first.keys) { second in
                guard count > 2 else { return try await body([first.store, second.store], first) }
                try await LogFixture.withLog(at: first.url, keys: first.keys) { third in
                    try await body([first.store, second.store, third.store], first)
                }
            }
        }
    }
}

private final class Count: Sendable {
    private let count = Atomic<Int>(0)

    var value: Int { count.load(ordering: .relaxed) }
    func rise() { count.add(1, ordering: .relaxed) }
}
