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
            func alerts() async throws -> [String] {
                await watched.monitoring.look()
                return try await watched.send("GET", "/logs/alerts").items
                    .filter { $0["rule"]?.string == "decision-drops" }
                    .compactMap { $0["severity"]?.string }
            }
            #expect(try await alerts().isEmpty)
            lost.count.withLock { $0 = 3 }
            #expect(try await alerts() == ["critical"])
            lost.count.withLock { $0 = 5 }
            #expect(try await alerts() == ["critical"])
        }
    }
}
