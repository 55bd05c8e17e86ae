import JSON
import Monitoring
import Synchronization
import Testing

/// How many decisions were lost, as the test says.
private final class Lost: Sendable {
    let count = Mutex<Int64>(0)
}

/// Decisions of which there is no record are a matter for somebody.
struct DecisionAlertTests {
    @Test func decisionsThatCouldNotBeRecordedRaiseAnAlertOnce() async throws {
        let lost = Lost()
        try await Watched.open(settings: { settings in settings.lostDecisions = { lost.count.withLock { $0 } } }) {
            watched in
            let none = try await alerts(watched)
            #expect(none.isEmpty)
            lost.count.withLock { $0 = 3 }
            let first = try await alerts(watched)
            #expect(first == ["critical"])
            lost.count.withLock { $0 = 5 }
            let second = try await alerts(watched)
            #expect(second == ["critical"])
        }
    }

    private func alerts(_ watched: Watched) async throws -> [String] {
        await watched.monitoring.look()
        return try await watched.send("GET", "/logs/alerts").items
            .filter { $0["rule"]?.string == "decision-drops" }
            .compactMap { $0["severity"]?.string }
    }
}
