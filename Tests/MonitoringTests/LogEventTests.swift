import EventStore
import Events
import JSON
import Logging
import Postgres
import TestSupport
import Testing

@testable import Monitoring

/// Log entries as events.
@Suite struct LogEventTests {
    private struct Fixture {
        let core: LogCore
        let recorder: LogRecorder
        let logger: Logger
        let registry = PrometheusRegistry()

        init(_ store: EventStore, level: Logger.Level = .info) {
            core = LogCore(levels: LogLevels(output: .critical, events: level)) { _ in }
            recorder = LogRecorder(core, store: store, registry: registry, node: "n")
            let core = core
            logger = Logger(label: "test", factory: { DaybookLogHandler(label: $0, core) })
            core.beginRecording()
        }
    }

    private func entries(_ log: LogFixture) async throws -> [Logs.Entry] {
        try await log.store.reader.events(from: 0, types: [Logs.Entry.type], limit: 10_000)
            .map { try $0.decode(Logs.Entry.self) }
    }

    @Test func entriesAtOrAboveTheLevelBecomeEventsInOrder() async throws {
        try await LogFixture.withLog { log in
            let fixture = Fixture(log.store)
            defer { fixture.core.close() }
            fixture.logger.debug("not this")
            for index in 0..<600 { fixture.logger.info("entry \(index)", metadata: ["token": "secret-\(index)"]) }
            fixture.core.flush()
            await fixture.recorder.record()
            let entries = try await entries(log)
            #expect(entries.map(\.message) == (0..<600).map { "entry \($0)" })
            #expect(entries.allSatisfy { $0.metadata?["token"]?.string == "[redacted]" && $0.node == "n" })
        }
    }

    @Test func whatIsSaidThroughTheServiceIsReadBackFromIt() async throws {
        try await Watched.open { watched in
            let service = watched.monitoring
            watched.logs.levels.events = .debug
            service.logDebug("said first", ["attempt": "2"])
            service.logInfo("said second")
            service.logWarning("said third", ["token": "abc"])
            service.logError("said last", MonitoringError(.notFound, "There is no such thing."), ["attempt": "3"])
            await watched.logs.settle(within: .seconds(20))
            await service.recordEntries()
            let size = try await service.reader.settle()
            let entries = try await service.reader.entries(LogQuery(), size: size, limit: 500)
            let said = entries.filter { $0.message.hasPrefix("said ") }.sorted { $0.position < $1.position }
            #expect(said.map(\.message) == ["said first", "said second", "said third", "said last"])
            #expect(said.map(\.level) == ["debug", "info", "warning", "error"])
            #expect(said.allSatisfy { $0.source == "MonitoringTests" && $0.node == "test-node" })
            #expect(said.map { $0.error != nil } == [false, false, false, true])
            #expect(said.last?.error == "There is no such thing.")
            let metadata = try said.map { try JSONValue(parsing: $0.metadata ?? Array("{}".utf8)) }
            #expect(metadata.map { $0["attempt"]?.string } == ["2", nil, nil, "3"])
            #expect(metadata.map { $0["token"]?.string } == [nil, nil, "[redacted]", nil])
        }
    }

    @Test func recordersThatMeetRecordEveryEntryOnce() async throws {
        try await LogFixture.withLog { log in
            let fixture = Fixture(log.store)
            defer { fixture.core.close() }
            for index in 0..<2_000 { fixture.logger.info("entry \(index)") }
            await fixture.core.settle(within: .seconds(20))
            let recorder = fixture.recorder
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { await recorder.record() } }
            }
            let messages = try await entries(log).map(\.message)
            #expect(messages == (0..<2_000).map { "entry \($0)" })
            #expect(recorder.dropped == 0)
        }
    }

    @Test func aReaderDoesNotWaitLongForAnOutputThatIsStuck() async throws {
        let gate = DispatchGate()
        let core = LogCore(levels: LogLevels(output: .info, events: .info)) { _ in gate.wait() }
        let logger = Logger(label: "test", factory: { DaybookLogHandler(label: $0, core) })
        logger.info("holds the writer")
        gate.awaitArrival()
        let start = ContinuousClock.now
        logger.info("waits")
        await core.settle(within: .milliseconds(100))
        #expect(ContinuousClock.now - start >= .milliseconds(100))
        #expect(ContinuousClock.now - start < .seconds(15))
        gate.open()
        core.close()
    }

    @Test func whatIsDroppedUnderOverloadIsCountedAndRecorded() async throws {
        try await LogFixture.withLog { log in
            let fixture = Fixture(log.store)
            defer { fixture.core.close() }
            let surplus = 500
            for round in 0..<((LogCore.eventCapacity + surplus) / 100) {
                for index in 0..<100 { fixture.logger.info("entry \(round * 100 + index)") }
                fixture.core.flush()
            }
            let total = (LogCore.eventCapacity + surplus) / 100 * 100
            await fixture.recorder.record()
            let kept = try await entries(log).count
            let drops = try await log.store.reader.events(from: 0, types: [Logs.Dropped.type])
                .map { try $0.decode(Logs.Dropped.self) }
            #expect(kept == LogCore.eventCapacity)
            #expect(drops.map(\.count) == [Int64(total - LogCore.eventCapacity)])
            #expect(drops.first?.what == .entries && drops.first?.reason == .overload)
            #expect(fixture.recorder.dropped == Int64(total - LogCore.eventCapacity))
            // It is said once.
            await fixture.recorder.record()
            #expect(try await log.store.reader.events(from: 0, types: [Logs.Dropped.type]).count == 1)
        }
    }

    @Test func anEntryThatTheLogRefusesTakesNoOtherWithIt() async throws {
        try await LogFixture.withLog { log in
            try await Refusal.begin("new.data::text like '%entry 17 is bad%'", on: log.url)
            let fixture = Fixture(log.store)
            defer { fixture.core.close() }
            for index in 0..<100 { fixture.logger.info("entry \(index)\(index == 17 ? " is bad" : "")") }
            fixture.core.flush()
            let isRecorded = await fixture.recorder.record()
            #expect(isRecorded)
            let messages = try await entries(log).map(\.message)
            #expect(messages == (0..<100).filter { $0 != 17 }.map { "entry \($0)" })
            #expect(fixture.recorder.dropped == 1)
            let drops = try await log.store.reader.events(from: 0, types: [Logs.Dropped.type])
            let counts = try drops.map { try $0.decode(Logs.Dropped.self).count }
            #expect(counts == [1])
        }
    }

    @Test func recordingThatFailsDoesNotFeedItself() async throws {
        try await PostgresFixture.withFreshDatabase(LogFixture.migrated) { url in
            let core = LogCore(levels: LogLevels(output: .critical, events: .trace)) { _ in }
            defer { core.close() }
            // The store says what goes wrong into the very log that it is to record.
            let logger = Logger(label: "store", factory: { DaybookLogHandler(label: $0, core) })
            var limits = AppendLimits()
            limits.patience = .milliseconds(200)
            try await LogFixture.withLog(at: url, limits: limits, logger: logger) { log in
                let recorder = LogRecorder(core, store: log.store, registry: PrometheusRegistry(), node: "n")
                core.beginRecording()
                logger.info("before")
                core.flush()
                // A store of so little patience may need more than one try where the machine has much to do.
                var isRecorded = false
                for _ in 0..<100 where !isRecorded { isRecorded = await recorder.record() }
                #expect(isRecorded)
                try await FullDisk.begin(url)
                logger.info("while it is away")
                core.flush()
                var waiting: [Int] = []
                for _ in 0..<6 {
                    #expect(await !recorder.record())
                    core.flush()
                    waiting.append(core.waitingForEvents)
                }
                // What failing recording makes others say does not pile up.
                #expect(waiting[5] <= waiting[1] + 1, "\(waiting)")
                try await FullDisk.end(url)
                while await !recorder.record() {}
                for _ in 0..<5 {
                    core.flush()
                    await recorder.record()
                }
                let size = try await log.store.head().size
                core.flush()
                await recorder.record()
                // Recording at trace level, with nobody saying anything, comes to rest.
                #expect(try await log.store.head().size == size)
                let messages = try await entries(log).map(\.message)
                #expect(messages.contains("before") && messages.contains("while it is away"))
            }
        }
    }
}
