package import EventStore
import Events
import Foundation
package import Logging
import Synchronization
package import Time

/// Looks at the rules, and records alerts when they are raised and when they are over.
///
/// Each server has its own. While the log cannot be written alerts wait, in order and bounded, and are said to the log
/// output and in metrics at once.
package final class AlertMonitor: Sendable {
    /// How many events about alerts wait at most.
    static let capacity = 256

    /// What the rules go by at one look.
    package struct Measurements: Sendable {
        package var values: [AlertRule.Name: Int64] = [:]

        /// Nothing measured.
        package init() {}
    }

    private struct State {
        var rules: [AlertRule.Name: AlertState] = [:]
        var ids: [AlertRule.Name: String] = [:]
        var silences: [String: Timestamp] = [:]
        var waiting: [NewEvent] = []
    }

    private let rules: [AlertRule]
    private let store: EventStore
    private let registry: PrometheusRegistry
    private let node: String
    private let logger: Logger
    private let state = Mutex(State())

    package init(
        rules: [AlertRule] = AlertRule.builtIn,
        store: EventStore,
        registry: PrometheusRegistry,
        node: String,
        logger: Logger
    ) {
        self.rules = rules
        self.store = store
        self.registry = registry
        self.node = node
        self.logger = logger
    }

    /// How many alerts of this server are raised and not over.
    package var activeCount: Int { state.withLock { $0.ids.count } }

    /// Rules that are silenced, until when, as the log says.
    package func setSilences(_ silences: [String: Timestamp]) { state.withLock { $0.silences = silences } }

    /// Takes in what was measured; call ``record()`` afterwards.
    package func look(_ measurements: Measurements, now: Timestamp = .now()) {
        for rule in rules {
            let value = measurements.values[rule.name]
            let change = state.withLock { $0.rules[rule.name, default: AlertState()].look(value, by: rule) }
            guard let change, let value else { continue }
            switch change {
            case .raise(let severity): raise(rule, severity, value, now)
            case .worsen(let severity):
                resolve(rule, value, now)
                raise(rule, severity, value, now)
            case .resolve: resolve(rule, value, now)
            }
        }
        for rule in rules {
            let raised = state.withLock { $0.rules[rule.name]?.raised }
            for severity in [AlertRule.Severity.warning, .critical] {
                registry.gauge(
                    "daybook_alerts_active",
                    [("rule", rule.name.rawValue), ("severity", severity.rawValue)]
                ).set(raised == severity ? Int64(1) : 0)
            }
        }
    }

    private func raise(_ rule: AlertRule, _ severity: AlertRule.Severity, _ value: Int64, _ now: Timestamp) {
        let id = UUIDv7.generate().uuidString.lowercased()
        let message = rule.message(for: value)
        let isSilenced = state.withLock { state in
            state.ids[rule.name] = id
            return state.silences[rule.name.rawValue].map { $0 > now } ?? false
        }
        keep(
            NewEvent(
                Logs.AlertRaised(
                    alertID: id,
                    rule: rule.name.rawValue,
                    severity: severity,
                    message: message,
                    node: node,
                    raisedAt: now,
                    value: value,
                    threshold: severity == .critical ? rule.critical : rule.warning,
                    silenced: isSilenced
                )
            )
        )
        let level: Logger.Level = isSilenced ? .info : severity == .critical ? .critical : .warning
        logger.log(
            level: level,
            "an alert was raised",
            metadata: ["rule": "\(rule.name.rawValue)", "what": "\(message)"]
        )
    }

    private func resolve(_ rule: AlertRule, _ value: Int64, _ now: Timestamp) {
        guard let id = state.withLock({ $0.ids.removeValue(forKey: rule.name) }) else { return }
        keep(
            NewEvent(
                Logs.AlertResolved(alertID: id, rule: rule.name.rawValue, node: node, resolvedAt: now, value: value)
            )
        )
        logger.info("an alert is over", metadata: ["rule": "\(rule.name.rawValue)"])
    }

    private func keep(_ event: NewEvent) {
        state.withLock { state in
            if state.waiting.count < Self.capacity { state.waiting.append(event) }
        }
    }

    /// Records what waits; false if that did not work.
    @discardableResult
    package func record() async -> Bool {
        let events = state.withLock { $0.waiting }
        guard !events.isEmpty else { return true }
        do {
            _ = try await store.append(
                AppendRequest(
                    streams: [StreamAppend(stream: "alerts", events: events)],
                    actor: EventStore.systemActor
                )
            )
        } catch {
            return false
        }
        state.withLock { $0.waiting.removeFirst(min(events.count, $0.waiting.count)) }
        return true
    }
}
