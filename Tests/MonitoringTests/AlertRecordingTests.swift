import EventStore
import Events
import TestSupport
import Testing

@testable import Monitoring

/// Alerts on their way into the log.
@Suite struct AlertRecordingTests {
    @Test func anAlertThatTheLogRefusesTakesNoOtherWithIt() async throws {
        try await LogFixture.withLog { log in
            try await Refusal.begin("new.type = 'logs.alert-raised' and new.data ->> 'rule' = 'disk'", on: log.url)
            let monitor = AlertMonitor(
                store: log.store,
                registry: PrometheusRegistry(),
                node: "n",
                logger: LogFixture.quiet
            )
            var measured = AlertMonitor.Measurements()
            measured.values = [.disk: 980, .drops: 5, .archive: 1]
            monitor.look(measured)
            let isRecorded = await monitor.record()
            #expect(isRecorded)
            let raised = try await log.store.reader.events(from: 0, types: [Logs.AlertRaised.type])
            let rules = try raised.map { try $0.decode(Logs.AlertRaised.self).rule }
            #expect(Set(rules) == ["drops", "archive"])
        }
    }
}
