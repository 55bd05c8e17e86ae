import Events
import Foundation
import JSON
import MerkleLog
import Postgres
import TestSupport
import Testing

@testable import EventStore

/// Callers share transactions, and nothing else.
struct BatchTests {
    // MARK: One bad request

    /// Raises for one user's events, as a projection does that finds what must not be.
    private static let choosy = """
        create function public.choosy(from_position bigint, to_position bigint) returns void language plpgsql as $$
        begin
            if exists (select from log.events where position between from_position and to_position
                and type = 'identity.user-registered' and data ->> 'userId' like 'poison-%') then
                raise exception 'poison';
            end if;
        end $$;
        grant usage on schema public to daybook_writer;
        """
    private let inline = [
        InlineProjection(name: "choosy", types: [Identity.UserRegistered.type], function: "public.choosy")
    ]

    @Test func aRequestThatAProjectionRefusesFailsAlone() async throws {
        try await PostgresFixture.withFreshDatabase(LogFixture.migrated) { url in
            try await Psql.run(Self.choosy, on: url)
            try await LogFixture.withLog(at: url, inline: inline) { log in
                let outcomes = await withTaskGroup(of: (Int, Result<Receipt, any Error>).self) { group in
                    for index in 0..<300 {
                        group.addTask {
                            let user = index % 100 == 37 ? "poison-\(index)" : "user-\(index)"
                            do { return (index, .success(try await log.store.append(.one(user)))) } catch {
                                return (index, .failure(error))
                            }
                        }
                    }
                    return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
                }
                for (index, outcome) in outcomes {
                    switch outcome {
                    case .success: #expect(index % 100 != 37)
                    case .failure(let error):
                        #expect(index % 100 == 37)
                        #expect((error as? AppendError)?.code == .refused)
                    }
                }
                let size = try await log.store.head().size
                #expect(size == 298)
                let report = try await LogVerifier(pool: log.pool).verify(trustedKeys: log.keys.verifiers())
                #expect(report.findings == [])
            }
        }
    }

    @Test func aRefusedRequestIsFoundUnderSteadyLoad() async throws {
        try await PostgresFixture.withFreshDatabase(LogFixture.migrated) { url in
            try await Psql.run(Self.choosy, on: url)
            try await LogFixture.withLog(at: url, inline: inline) { log in
                let load = (0..<24).map { lane in
                    Task { while !Task.isCancelled { _ = try await log.store.append(.one("user-\(lane)")) } }
                }
                for index in 0..<5 {
                    await #expect {
                        try await log.store.append(.one("poison-\(index)"))
                    } throws: { ($0 as? AppendError)?.code == .refused }
                }
                load.forEach { $0.cancel() }
                for task in load { try await task.value }
            }
        }
    }

    @Test func aConditionStillHoldsAfterARefusal() async throws {
        try await PostgresFixture.withFreshDatabase(LogFixture.migrated) { url in
            try await Psql.run(Self.choosy, on: url)
            try await LogFixture.withLog(at: url, inline: inline) { log in
                _ = try await log.store.append(.one("user-a"))
                await #expect(throws: AppendError.self) { try await log.store.append(.one("poison-1")) }
                // The refused event was planned, and never recorded.
                var request = AppendRequest.one("user-b")
                request.conditions = [.noneSince(size: 2, types: [Identity.UserRegistered.type])]
                _ = try await log.store.append(request)
            }
        }
    }

    @Test func dataThatIsNotJSONFailsAlone() async throws {
        try await LogFixture.withLog { log in
            func raw(_ data: String, _ stream: String) -> AppendRequest {
                let event = NewEvent(
                    type: "identity.user-registered",
                    schemaVersion: 1,
                    data: Array(data.utf8),
                    personal: nil
                )
                return AppendRequest(streams: [StreamAppend(stream: stream, events: [event])], actor: "tester")
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<40 {
                    group.addTask {
                        if index == 20 {
                            await #expect {
                                try await log.store.append(raw("{not json", "bad"))
                            } throws: { ($0 as? AppendError)?.code == .refused }
                        } else {
                            _ = try await log.store.append(
                                raw("{\"userId\":\"u\",\"kind\":\"person\"}", "good-\(index)")
                            )
                        }
                    }
                }
                try await group.waitForAll()
            }
            let size = try await log.store.head().size
            #expect(size == 40)
        }
    }

    // MARK: Receipts

    @Test func everyReceiptSaysWhatIsInTheLog() async throws {
        try await LogFixture.withLog { log in
            let acknowledged = Acknowledged()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lane in 0..<30 {
                    group.addTask {
                        for index in 0..<4 {
                            let streams = (0...index).map { number in
                                StreamAppend(
                                    stream: "s-\((lane + number) % 9)",
                                    events: (0...number).map { _ in
                                        NewEvent(Identity.UserRegistered(userID: "u", kind: .person, name: "N\(lane)"))
                                    }
                                )
                            }
                            acknowledged.add(
                                try await log.store.append(AppendRequest(streams: streams, actor: "tester-\(lane)"))
                            )
                        }
                    }
                }
                try await group.waitForAll()
            }
            let keys = try log.keys.verifiers()
            for receipt in acknowledged.all {
                let note = try await log.pool.query(
                    "select note from log.checkpoints where size = \(receipt.checkpointSize)"
                )
                let signed = try SignedNote(parsing: try #require(note.first).decode(String.self))
                try signed.verify(with: keys)
                for told in receipt.events {
                    #expect(told.position < receipt.checkpointSize)
                    let event = try #require(try await log.store.reader.event(at: told.position))
                    #expect(event.header.id == told.id)
                    #expect(event.header.stream == told.stream)
                    #expect(event.header.version == told.version)
                    #expect(event.header.recordedAt == receipt.recordedAt)
                    #expect(event.leaf == told.leaf)
                    #expect(event.isIntact)
                }
                let positions = receipt.events.map(\.position)
                #expect(positions == Array(positions[0]..<positions[0] + Int64(positions.count)))
            }
            let dense = acknowledged.events.map(\.position)
            #expect(dense == Array(1...Int64(dense.count)))
        }
    }

    // MARK: Back-pressure

    @Test func aFullQueueRefusesAtOnceAndRecordsNothing() async throws {
        var limits = LogFixture.patient
        limits.queuedEvents = 8
        limits.batchEvents = 2
        try await LogFixture.withLog(limits: limits) { log in
            let slow = try await Slow.begin(log.url, "select size from log.head for update")
            let outcomes = await withTaskGroup(of: Result<Receipt, any Error>.self) { group in
                for index in 0..<60 {
                    group.addTask {
                        do { return .success(try await log.store.append(.one("user-\(index)"))) } catch {
                            return .failure(error)
                        }
                    }
                }
                var outcomes: [Result<Receipt, any Error>] = []
                for await outcome in group {
                    outcomes.append(outcome)
                    // All that can be refused has been, while nothing at all could be written.
                    if outcomes.count == 40 { await slow.end("rollback") }
                }
                return outcomes
            }
            let refused = outcomes.compactMap { outcome -> AppendError? in
                if case .failure(let error) = outcome { error as? AppendError } else { nil }
            }
            #expect(refused.count >= 40)
            for error in refused {
                guard case .overloaded(let milliseconds) = error.code else {
                    Issue.record("\(error.code)")
                    continue
                }
                #expect(milliseconds > 0)
                #expect(error.message.contains("\(milliseconds) ms"))
            }
            let size = try await log.store.head().size
            #expect(size == Int64(1 + 60 - refused.count))
        }
    }

    @Test func aStoreThatStopsWritesWhatWaitsAndRefusesTheRest() async throws {
        try await LogFixture.withLog { log in
            let pool = log.pool
            let store = EventStore(
                configuration: try PostgresConfiguration(url: log.url),
                pool: pool,
                keys: log.keys,
                limits: LogFixture.patient,
                logger: LogFixture.quiet
            )
            let running = Task { try await store.run() }
            let slow = try await Slow.begin(log.url, "select size from log.head for update")
            let appends = (0..<20).map { index in Task { try await store.append(.one("user-\(index)")) } }
            try await slow.waitForWaiters()
            running.cancel()
            try await Task.sleep(for: .milliseconds(50))
            await #expect {
                try await store.append(.one("late"))
            } throws: { ($0 as? AppendError)?.code == .shuttingDown }
            await slow.end("rollback")
            for append in appends {
                do { _ = try await append.value } catch let error as AppendError {
                    #expect(error.code == .shuttingDown, "who came too late is told so")
                }
            }
            try await running.value
        }
    }

    @Test(.timeLimit(.minutes(5))) func aStoreThatStopsWritesTheFewThatWaitBehindALargeBatch() async throws {
        try await LogFixture.withLog { log in
            let store = EventStore(
                configuration: try PostgresConfiguration(url: log.url),
                pool: log.pool,
                keys: log.keys,
                limits: LogFixture.patient,
                logger: LogFixture.quiet
            )
            let running = Task { try await store.run() }
            _ = try await store.append(.one("user-a"))
            let slow = try await Slow.begin(log.url, "select size from log.head for update")
            let large = Task {
                try await store.append(
                    AppendRequest(
                        streams: (0..<10).map { index in
                            StreamAppend(stream: "user-\(index)", events: AppendRequest.one("user").streams[0].events)
                        },
                        actor: "test"
                    )
                )
            }
            try await slow.waitForWaiters()
            let small = Task { try await store.append(.one("user-b")) }
            while store.queueDepth == 0 { try await Task.sleep(for: .milliseconds(2)) }
            running.cancel()
            await #expect(throws: AppendError.self) {
                while true { _ = try await store.append(.one("late")) }
            }
            await slow.end("rollback")
            #expect(try await large.value.events.count == 10)
            _ = try? await small.value
            try await running.value
            #expect(store.queueDepth == 0)
        }
    }

    // MARK: Validation

    @Test func whatCouldNotStandInAnEntryIsRefused() async throws {
        try await LogFixture.withLog { log in
            var requests: [AppendRequest] = []
            for bad in ["", "a\nb", "a\u{0}", "a\u{85}b", String(repeating: "é", count: 501)] {
                var request = AppendRequest.one("user-a")
                request.actor = bad
                requests += [request, .one(bad.isEmpty ? "" : bad)]
            }
            var request = AppendRequest.one("user-a")
            request.correlationID = "0AF7651916CD43DD8448EB211C80319C"
            requests.append(request)
            request = .one("user-a")
            request.streams = []
            requests.append(request)
            request = .one("user-a")
            request.streams += request.streams
            requests.append(request)
            for request in requests {
                await #expect {
                    try await log.store.append(request)
                } throws: { ($0 as? AppendError)?.code == .invalidRequest }
            }
            let size = try await log.store.head().size
            #expect(size == 1)
        }
    }
}
