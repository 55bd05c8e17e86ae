/// Where one rule stands. Pure.
package struct AlertState: Sendable, Hashable {
    /// What a look leads to.
    package enum Change: Sendable, Hashable {
        case raise(AlertRule.Severity)
        /// The alert is worse than when it was raised: the old one is over, and another begins.
        case worsen(AlertRule.Severity)
        case resolve
    }

    /// How bad the alert that is raised is; nil while none is.
    package private(set) var raised: AlertRule.Severity?
    private var looksAtWarning = 0
    private var looksAtCritical = 0
    private var looksUnder = 0

    /// No alert.
    package init() {}

    /// An alert that was raised before.
    init(raised severity: AlertRule.Severity) { raised = severity }

    /// Takes in a value.
    ///
    /// - Parameter value: nil where nothing could be measured, which changes nothing.
    package mutating func look(_ value: Int64?, by rule: AlertRule) -> Change? {
        guard let value else { return nil }
        let isCritical = rule.critical.map { value >= $0 } ?? false
        let isWarning = isCritical || (rule.warning.map { value >= $0 } ?? false)
        looksAtCritical = isCritical ? looksAtCritical + 1 : 0
        looksAtWarning = isWarning ? looksAtWarning + 1 : 0
        looksUnder = value < rule.over ? looksUnder + 1 : 0
        switch raised {
        case nil:
            if looksAtCritical >= rule.looksToRaise { return raise(.critical) }
            if looksAtWarning >= rule.looksToRaise { return raise(.warning) }
            return nil
        case .warning where looksAtCritical >= rule.looksToRaise:
            raised = .critical
            return .worsen(.critical)
        default:
            guard looksUnder >= rule.looksToResolve else { return nil }
            raised = nil
            return .resolve
        }
    }

    private mutating func raise(_ severity: AlertRule.Severity) -> Change {
        raised = severity
        return .raise(severity)
    }
}
