import EventStore
import Events
import JSON
import Postgres
import TestSupport
import Testing
import Time

@testable import Monitoring

/// Requests on their way into the log.
@Suite struct RequestRecorderTests {
    private func record(_ status: Int = 200, route: String = "/rbac/roles", micros: Int64 = 1_500) -> RequestRecord {
        RequestRecord(
            method: "GET",
            route: route,
            actor: "ada",
            status: status,
            startedAt: Timestamp(microseconds: 1_800_000_000_000_000),
            duration: .microseconds(micros),
            requestBytes: 1,
            responseBytes: 2,
            traceID: "4bf92f3577b34da6a3ce929d0e0e4736"
        )
    }

    private func batches(_ store: EventStore) async throws -> [Logs.RequestsRecorded] {
        try await store.reader.events(from: 0, types: [Logs.RequestsRecorded.type], limit: 1_000).map { event in
            // What is written directly is what the schema asks for.
            try EventCatalogue.validate(
                type: event.type,
                version: event.header.schemaVersion,
                data: try #require(event.data),
                personal: event.personal
            )
            return try event.decode(Logs.RequestsRecorded.self)
        }
    }

    @Test func everyRequestIsInAnEventWithAllThatIsKnownOfIt() async throws {
        try await LogFixture.withLog { log in
            var settings = RequestSettings()
            settings.batch = 100
            let recorder = RequestRecorder(settings, store: log.store, registry: PrometheusRegistry(), node: "n")
            for index in 0..<250 {
                recorder.begin()
                recorder.end(record(index % 10 == 0 ? 404 : 200, route: "/route/\(index % 3)"))
            }
            #expect(await recorder.record())
            let batches = try await batches(log.store)
            #expect(batches.map(\.count) == [100, 100, 50])
            #expect(batches.map(\.errors).reduce(0, +) == 25)
            let data = try await log.store.reader.events(from: 0, types: [Logs.RequestsRecorded.type])
            let records = data.flatMap { RequestBatch.records(in: $0.data ?? [])?.records ?? [] }
            #expect(records.count == 250)
            #expect(records[10].status == 404 && records[10].route == "/route/1" && records[10].actor == "ada")
            #expect(records[1].microseconds == 1_500 && records[1].responseBytes == 2)
            #expect(records[1].startedAt.microseconds == 1_800_000_000_000_000)
            #expect(records[1].traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
        }
    }

    @Test func samplingLeavesOutRequestsThatWentWellAndNoOthers() async throws {
        try await LogFixture.withLog { log in
            var settings = RequestSettings()
            settings.sampledPerThousand = 100
            let recorder = RequestRecorder(settings, store: log.store, registry: PrometheusRegistry(), node: "n")
            for index in 0..<5_000 { recorder.end(record(index % 5 == 0 ? 500 : 200)) }
            #expect(await recorder.record(measurements: true))
            let batches = try await batches(log.store)
            let errors = batches.map(\.errors).reduce(0, +)
            let kept = batches.map(\.count).reduce(0, +)
            #expect(errors == 1_000)
            #expect((300...500).contains(kept - errors), "\(kept - errors) of 4,000")
            #expect(batches.compactMap(\.leftOut).reduce(0, +) + kept == 5_000)
            // What is measured is all of them.
            let measured = try await log.store.reader.events(from: 0, types: [Logs.RequestMetrics.type])
            #expect(try measured.map { try $0.decode(Logs.RequestMetrics.self).requests } == [5_000])
        }
    }

    @Test func whileTheLogCannotBeWrittenTheBufferStaysWithinItsBound() async throws {
        try await PostgresFixture.withFreshDatabase(LogFixture.migrated) { url in
            var limits = AppendLimits()
            limits.patience = .seconds(1)
            try await LogFixture.withLog(at: url, limits: limits) { log in
                var settings = RequestSettings()
                settings.capacity = 1_000
                settings.waitingRequests = 2_000
                let registry = PrometheusRegistry()
                let recorder = RequestRecorder(settings, store: log.store, registry: registry, node: "n")
                try await FullDisk.begin(url)
                for _ in 0..<5 {
                    for _ in 0..<1_500 { recorder.end(record()) }
                    #expect(await !recorder.record())
                }
                #expect(recorder.dropped == 5 * 1_500 - 2_000)
                try await FullDisk.end(url)
                while await !recorder.record() {}
                let counts = try await batches(log.store).map(\.count)
                #expect(counts.reduce(0, +) == 2_000)
                let drops = try await log.store.reader.events(from: 0, types: [Logs.Dropped.type])
                #expect(try drops.map { try $0.decode(Logs.Dropped.self).count }.reduce(0, +) == 5 * 1_500 - 2_000)
                #expect(try drops.allSatisfy { try $0.decode(Logs.Dropped.self).what == .requests })
            }
        }
    }

    @Test func whatAClientSendsCannotKeepABatchFromBeingRecorded() async throws {
        try await LogFixture.withLog { log in
            let recorder = RequestRecorder(store: log.store, registry: PrometheusRegistry(), node: "n")
            var strange = record()
            strange.actor = String(repeating: "a\u{0}\u{202e}", count: 500)
            recorder.end(strange)
            strange.actor = ""
            recorder.end(strange)
            #expect(await recorder.record())
            let counts = try await batches(log.store).map(\.count)
            #expect(counts == [2])
            #expect(recorder.dropped == 0)
        }
    }

    @Test func whoItWasIsRecordedAsTheyAreCalled() async throws {
        try await LogFixture.withLog { log in
            let recorder = RequestRecorder(store: log.store, registry: PrometheusRegistry(), node: "n")
            var request = record(route: "/of/ada@school.example")
            request.actor = "ada@school.example"
            recorder.end(request)
            #expect(await recorder.record())
            let batch = try #require(try await batches(log.store).first)
            #expect(batch.actors == ["ada@school.example"])
            #expect(batch.routes == ["GET [personal]"])
        }
    }

    @Test func metricsAreUpToDateWhileTheLogDoesNotAnswer() async throws {
        try await PostgresFixture.withFreshDatabase(LogFixture.migrated) { url in
            try await LogFixture.withLog(at: url) { log in
                let registry = PrometheusRegistry()
                let recorder = RequestRecorder(store: log.store, registry: registry, node: "n")
                recorder.end(record())
                // Somebody holds the head of the log: appends wait.
                let holding = try await PostgresConnection.connect(
                    PostgresConfiguration(url: url),
                    logger: LogFixture.quiet
                )
                try await holding.script("begin; select from log.head for update")
                let recording = Task { await recorder.record(measurements: true) }
                while recorder.isDigested == false { await Task.yield() }
                recorder.end(record(500))
                let digested: Void? = await withPatience(.seconds(5)) { await recorder.digest() }
                #expect(digested != nil)
                #expect(recorder.recent.take().requests == 2)
                try await holding.script("rollback")
                await holding.close()
                #expect(await recording.value)
                #expect(await recorder.record(measurements: true))
                let measured = try await log.store.reader.events(from: 0, types: [Logs.RequestMetrics.type])
                let counts = try measured.map { try $0.decode(Logs.RequestMetrics.self).requests }
                #expect(counts.reduce(0, +) == 2)
            }
        }
    }

    @Test func measurementsThatTheLogRefusesAreCounted() async throws {
        try await LogFixture.withLog { log in
            try await Refusal.begin("new.type = 'logs.request-metrics'", on: log.url)
            let registry = PrometheusRegistry()
            let recorder = RequestRecorder(store: log.store, registry: registry, node: "n")
            for _ in 0..<3 { recorder.end(record()) }
            let isRecorded = await recorder.record(measurements: true)
            #expect(isRecorded)
            let metrics = String(decoding: registry.exposition(), as: UTF8.self).split(separator: "\n")
            let dropped = metrics.filter {
                $0.hasPrefix("daybook_records_dropped_total") && $0.contains("measurements")
            }
            #expect(dropped.map { $0.hasSuffix(" 3") } == [true], "\(dropped)")
            // The requests themselves are in the log.
            #expect(recorder.dropped == 0)
            #expect(try await log.store.reader.events(from: 0, types: [Logs.Dropped.type]).isEmpty)
        }
    }

    @Test func measurementsThatAreTooLargeForOneEventGoIntoSeveral() throws {
        var measurements: [RouteMeasurement] = []
        for index in 0..<5 {
            var measurement = RouteMeasurement(method: "GET", route: "/route/\(index)")
            for micros in 1...(index + 1) { measurement.record(record(micros: Int64(micros) * 1_000)) }
            measurements.append(measurement)
        }
        let from = Timestamp(microseconds: 1_800_000_000_000_000)
        func events(_ byteLimit: Int) -> [(event: NewEvent, count: Int64)] {
            RequestRecorder.metricsEvents(
                measurements,
                from: from,
                to: from + .seconds(60),
                node: "n",
                byteLimit: byteLimit
            )
        }
        #expect(events(900_000).map { $0.count } == [15])
        // One route at least, however small an event may be.
        #expect(events(1).map { $0.count } == [1, 2, 3, 4, 5])
        #expect(events(1).allSatisfy { $0.event.type == Logs.RequestMetrics.type })
        let parts = events(400)
        #expect((2...4).contains(parts.count), "\(parts.map { $0.event.data.count })")
        #expect(parts.map { $0.count }.reduce(0, +) == 15)
        for part in parts {
            try EventCatalogue.validate(
                type: part.event.type,
                version: part.event.schemaVersion,
                data: part.event.data,
                personal: nil
            )
        }
    }

    @Test func percentilesAreThoseOfAllMeasurementsTogether() throws {
        var first = RouteMeasurement(method: "GET", route: "/a")
        var second = RouteMeasurement(method: "GET", route: "/a")
        for index in 1...1_000 {
            let half = index % 2 == 0
            if half {
                first.record(record(micros: Int64(index) * 100))
            } else {
                second.record(record(micros: Int64(index) * 100))
            }
        }
        // Through the form in which events have it.
        var writer = JSONWriter()
        second.write(to: &writer)
        first.add(try #require(RouteMeasurement(try JSONValue(parsing: writer.bytes))))
        #expect(first.requests == 1_000)
        for (percentile, exact) in [(50.0, 50_000.0), (90, 90_000), (99, 99_000)] {
            let found = Double(first.microseconds(atPercentile: percentile))
            #expect(abs(found - exact) / exact < 0.01, "\(percentile): \(found)")
        }
    }
}
