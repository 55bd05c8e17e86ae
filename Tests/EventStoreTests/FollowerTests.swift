import Events
import Synchronization
import TestSupport
import Testing

@testable import EventStore

struct FollowerTests {
    @Test(arguments: [1, 7, 50_000])
    func everyEventComesOnceWhateverTheBatch(_ batch: Int) async throws {
        try await SampleLog.withCopy { sample in
            try await LogFixture.withLog(at: sample.url, keys: sample.keys) { log in
                try await Collector.following(log.store, batch: batch) { seen in
                    try await seen.wait(for: Int(SampleLog.size))
                    #expect(seen.positions == Array(0..<SampleLog.size))
                }
            }
        }
    }

    @Test func aBatchLargerThanAPageSkipsNothing() async throws {
        try await LogFixture.withLog { log in
            // More than one page of the reader.
            for start in stride(from: 0, to: 12_000, by: 4_000) {
                let events = (start..<start + 4_000).map { index in
                    NewEvent(RBAC.RoleAssigned(userID: "u", roleID: "r\(index)", branchID: "b"))
                }
                _ = try await log.store.append(
                    AppendRequest(streams: [StreamAppend(stream: "many", events: events)], actor: "a")
                )
            }
            try await Collector.following(log.store, batch: 20_000) { seen in
                try await seen.wait(for: 12_001)
                #expect(seen.positions == Array(0...12_000))
            }
        }
    }

    @Test func aFollowerOfSomeTypesSeesThemAll() async throws {
        try await SampleLog.withCopy { sample in
            try await LogFixture.withLog(at: sample.url, keys: sample.keys) { log in
                let types: Set<EventType> = [RBAC.RoleAssigned.type, Audit.AccessLogged.type]
                let expected = try await log.store.reader.events(from: 0, limit: 1_000).filter {
                    types.contains($0.type)
                }
                for batch in [1, 13, 1_000] {
                    try await Collector.following(log.store, types: types, batch: batch) { seen in
                        try await seen.wait(for: expected.count)
                        #expect(seen.positions == expected.map(\.position))
                    }
                }
            }
        }
    }

    @Test func aFollowerBeginsWhereItIsTold() async throws {
        try await SampleLog.withCopy { sample in
            try await LogFixture.withLog(at: sample.url, keys: sample.keys) { log in
                try await Collector.following(log.store, from: 500) { seen in
                    try await seen.wait(for: 30)
                    _ = try await log.store.append(.one("user-new"))
                    try await seen.wait(for: 31)
                    #expect(seen.positions == Array(500...530))
                }
            }
        }
    }

    @Test func aFollowerStopsAtAGapRatherThanSteppingOverIt() async throws {
        try await SampleLog.withCopy { sample in
            try await sample.asSuperuser("delete from log.events where position = 57")
            try await LogFixture.withLog(at: sample.url, keys: sample.keys) { log in
                try await Collector.following(log.store, batch: 10) { seen in
                    try await seen.wait(for: 50)
                    try await Task.sleep(for: .milliseconds(200))
                    #expect(seen.positions == Array(0..<50), "the batch with the gap is not given out")
                }
            }
        }
    }

    @Test func aFollowerEndsWithItsTask() async throws {
        try await LogFixture.withLog { log in
            let following = Task {
                var count = 0
                for try await batch in log.store.follow(from: 0) { count += batch.events.count }
                return count
            }
            try await Task.sleep(for: .milliseconds(50))
            following.cancel()
            let count = try await following.value
            #expect(count <= 1)
        }
    }

    @Test(arguments: [nil, [Identity.UserRegistered.type]] as [Set<EventType>?])
    func aFollowerStopsWhereTheLogIsShorterThanWhatItRead(_ types: Set<EventType>?) async throws {
        try await LogFixture.withLog { log in
            _ = try await log.store.append(.one("user-a"))
            let shorter = try await ShorterLog.remembering(log)
            _ = try await log.store.append(.one("user-lost"))
            let follower = log.store.follow(from: 0, types: types, poll: .milliseconds(20)).makeAsyncIterator()
            var read = try await Self.reading(follower, until: 3)
            try await shorter.cut()
            await #expect {
                _ = try await read.next()
            } throws: { ($0 as? LogReadError)?.code == .anotherLog(size: 2) }
        }
    }

    @Test(arguments: [nil, [Identity.UserRegistered.type]] as [Set<EventType>?])
    func aFollowerStopsWhereOtherEventsTookThePlacesOfThoseThatItRead(_ types: Set<EventType>?) async throws {
        try await LogFixture.withLog { log in
            _ = try await log.store.append(.one("user-a"))
            let shorter = try await ShorterLog.remembering(log)
            _ = try await log.store.append(.one("user-lost"))
            let follower = log.store.follow(from: 0, types: types, poll: .milliseconds(20)).makeAsyncIterator()
            var read = try await Self.reading(follower, until: 3)
            try await shorter.cut()
            for user in ["user-x", "user-y", "user-z"] { _ = try await log.store.append(.one(user)) }
            await #expect {
                _ = try await read.next()
            } throws: { ($0 as? LogReadError)?.code == .anotherLog(size: 5) }
        }
    }

    @Test func aFollowerThatHasMetNoneOfItsTypesSkipsNoneInThePlacesOfLostEvents() async throws {
        try await LogFixture.withLog { log in
            _ = try await log.store.append(.one("user-a"))
            let shorter = try await ShorterLog.remembering(log)
            _ = try await log.store.append(.one("user-lost"))
            let door = Door()
            let follower = LogFollower(
                reader: log.store.reader,
                head: {
                    try door.enter()
                    return try await log.store.head()
                },
                signal: log.store.committed,
                from: 0,
                types: [RBAC.RoleAssigned.type],
                batch: 10,
                poll: .milliseconds(20),
                logger: LogFixture.quiet
            )
            let following = Task {
                var iterator = follower.makeAsyncIterator()
                return try await iterator.next()
            }
            // By its second look it has gone by everything; while it is kept out it sees nothing of what happens.
            let hasLooked = try await eventually { door.entered >= 2 }
            #expect(hasLooked)
            door.shut()
            let isOutside = try await eventually { door.refused > 0 }
            #expect(isOutside)
            try await shorter.cut()
            for user in ["x", "y", "z"] { _ = try await log.store.append(Self.assignment(to: user)) }
            door.open()
            await #expect {
                _ = try await following.value
            } throws: { ($0 as? LogReadError)?.code == .anotherLog(size: 5) }
        }
    }

    private static func assignment(to user: String) -> AppendRequest {
        let event = RBAC.RoleAssigned(userID: user, roleID: "r", branchID: "b")
        return AppendRequest(streams: [StreamAppend(stream: user, events: [NewEvent(event)])], actor: "a")
    }

    private static func reading(
        _ follower: LogFollower.AsyncIterator,
        until position: Int64
    ) async throws -> LogFollower.AsyncIterator {
        var follower = follower
        while true {
            guard let batch = try await follower.next() else { return follower }
            if batch.nextPosition >= position { return follower }
        }
    }
}

/// Lets a follower look at the log, or not.
private final class Door: Sendable {
    private struct Shut: Error {}

    private struct State {
        var isShut = false
        var entered = 0
        var refused = 0
    }

    private let state = Mutex(State())

    var entered: Int { state.withLock { $0.entered } }
    var refused: Int { state.withLock { $0.refused } }

    func shut() { state.withLock { $0.isShut = true } }
    func open() { state.withLock { $0.isShut = false } }

    func enter() throws {
        try state.withLock { state in
            if state.isShut {
                state.refused += 1
                throw Shut()
            }
            state.entered += 1
        }
    }
}
