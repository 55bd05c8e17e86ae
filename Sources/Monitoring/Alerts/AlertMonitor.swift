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
    /// How many events wait at most where another alert is raised. Ends always find room: there is one for each alert at most.
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
        /// The first of those that wait: tried already, and tried again as they are.
        var tried = 0
    }

    private let rules: [AlertRule]
    private let store: EventStore
    private let registry: PrometheusRegistry
    private let node: String
    private let logger: Logger
    private let state = Mutex(State())
    private let turn = AsyncTurn()

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

    /// Alerts of this server that are raised and not over, by their ids.
    var active: [String] { state.withLock { Array($0.ids.values) } }

    /// Takes up alerts that this server raised before it was started: they are over when their rules say so. Where one rule
    /// has several, or has raised another meanwhile, the older are over.
    ///
    /// - Parameter open: newest first.
    package func adopt(_ open: [AlertRecord], now: Timestamp = .now()) {
        for alert in open where alert.node == node && alert.raisedBy == EventStore.systemActor {
            let isTaken = state.withLock { state in
                guard !state.ids.values.contains(alert.alertID) else { return true }
                guard let rule = rules.first(where: { $0.name.rawValue == alert.rule }), state.ids[rule.name] == nil,
                    let severity = AlertRule.Severity(rawValue: alert.severity)
                else { return false }
                state.ids[rule.name] = alert.alertID
                state.rules[rule.name] = AlertState(raised: severity)
                return true
            }
            if !isTaken {
                keepEnd(Logs.AlertResolved(alertID: alert.alertID, rule: alert.rule, node: node, resolvedAt: now))
            }
        }
    }

    /// Somebody said that an alert is over. Where what raised it lasts, the rule raises another.
    package func forget(_ alertID: String) {
        state.withLock { state in
            for (name, id) in state.ids where id == alertID {
                state.ids[name] = nil
                state.rules[name] = AlertState()
            }
        }
    }

    /// Takes in what was measured; call ``record()`` afterwards.
    package func look(_ measurements: Measurements, now: Timestamp = .now()) {
        for rule in rules {
            let value = measurements.values[rule.name]
            let change = state.withLock { $0.rules[rule.name, default: AlertState()].look(value, by: rule) }
            guard let change, let value else { continue }
            switch change {
            case .raise(let severity): raise(rule, severity, value, now)
            case .worsen(let severity):
                // Without room for the graver one the warning goes on.
                if state.withLock({ $0.waiting.count < Self.capacity }) { resolve(rule, value, now) }
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
        let isSilenced = state.withLock { $0.silences[rule.name.rawValue].map { $0 > now } ?? false }
        let event = NewEvent(
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
            ),
            id: UUIDv7.generate()
        )
        let isKept = state.withLock { state in
            guard state.waiting.count < Self.capacity else {
                // Without its beginning its end is not recorded either.
                return false
            }
            state.ids[rule.name] = id
            state.waiting.append(event)
            return true
        }
        if !isKept { countDropped(1) }
        let level: Logger.Level = isSilenced ? .info : severity == .critical ? .critical : .warning
        logger.log(
            level: level,
            "an alert was raised",
            metadata: ["rule": "\(rule.name.rawValue)", "what": "\(message)"]
        )
    }

    private func resolve(_ rule: AlertRule, _ value: Int64, _ now: Timestamp) {
        guard let id = state.withLock({ $0.ids.removeValue(forKey: rule.name) }) else { return }
        keepEnd(Logs.AlertResolved(alertID: id, rule: rule.name.rawValue, node: node, resolvedAt: now, value: value))
        logger.info("an alert is over", metadata: ["rule": "\(rule.name.rawValue)"])
    }

    private func keepEnd(_ end: Logs.AlertResolved) {
        let event = NewEvent(end, id: UUIDv7.generate())
        state.withLock { $0.waiting.append(event) }
    }

    /// Records what waits, one caller at a time; false if that did not work.
    @discardableResult
    package func record() async -> Bool {
        await turn.take { await self.recordAll() }
    }

    private func recordAll() async -> Bool {
        while true {
            // Tried again these are the same events: should the log have them after all, it knows them by their ids.
            let events = state.withLock { state in
                if state.tried == 0 { state.tried = state.waiting.count }
                return Array(state.waiting.prefix(state.tried))
            }
            guard !events.isEmpty else { return true }
            let outcome = await Halving.record(events) { await self.attempt($0) }
            state.withLock { state in
                state.waiting.removeFirst(outcome.settled)
                state.tried -= outcome.settled
            }
            countDropped(outcome.refused)
            guard outcome.isDone else { return false }
        }
    }

    private func attempt(_ events: [NewEvent]) async -> SystemAppend {
        let answer = await store.attempt(events, on: "alerts")
        if case .refused(let error) = answer, events.count == 1 {
            logger.error("an alert could not be recorded", metadata: ["error": "\(error)"])
        }
        return answer
    }

    private func countDropped(_ count: Int) {
        guard count > 0 else { return }
        registry.counter(
            "daybook_records_dropped_total",
            [("what", "alerts"), ("reason", Logs.Dropped.Reason.overload.rawValue)]
        ).increment(by: Int64(count))
    }
}
