package import Events
package import JSON
package import Time

/// How one part of the system was when it was looked at.
package struct HealthResult: Sendable, Hashable {
    /// The part.
    package typealias Check = Logs.HealthChecked.Check
    /// How it was.
    package typealias Status = Logs.HealthChecked.Status

    /// The part.
    package var check: Check
    /// How it was.
    package var status: Status
    /// What is the matter, in a sentence without secrets; nil if nothing is.
    package var message: String?
    /// What was measured.
    package var details: JSONObject
    /// When.
    package var checkedAt: Timestamp

    /// A result.
    package init(
        _ check: Check,
        _ status: Status,
        _ message: String? = nil,
        details: JSONObject = [:],
        checkedAt: Timestamp = .now()
    ) {
        self.check = check
        self.status = status
        self.message = message
        self.details = details
        self.checkedAt = checkedAt
    }
}

extension Logs.HealthChecked.Status: Comparable {
    /// 0 healthy, 1 degraded, 2 failing.
    package var severity: Int {
        switch self {
        case .healthy: 0
        case .degraded: 1
        case .failing: 2
        }
    }

    package static func < (left: Self, right: Self) -> Bool { left.severity < right.severity }
}

/// The system as a whole.
package struct SystemStatus: Sendable, Hashable {
    /// The worst of the checks.
    package var status: HealthResult.Status
    /// Every check.
    package var checks: [HealthResult]
    /// The server that looked.
    package var node: String
    /// For how long it has been running.
    package var uptime: Duration
    /// How many alerts are raised and not over, by this server's rules.
    package var activeAlerts: Int

    init(checks: [HealthResult], node: String, uptime: Duration, activeAlerts: Int) {
        self.checks = checks
        self.node = node
        self.uptime = uptime
        self.activeAlerts = activeAlerts
        status = checks.map(\.status).max() ?? .healthy
    }
}
