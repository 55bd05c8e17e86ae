package import Events
import Time

/// Something that is measured now and then, and from when on it is a matter for somebody.
///
/// Hysteresis: an alert is raised once the value was at or over a bound for some looks in a row, and is over once it was
/// under a lower bound for some; so a value that plays around a bound makes one alert and not hundreds.
package struct AlertRule: Sendable, Hashable {
    /// How bad.
    package typealias Severity = Logs.AlertRaised.Severity

    /// Its name.
    package enum Name: String, Sendable, CaseIterable {
        /// Requests that failed by the server's fault, per thousand.
        case errorRate = "error-rate"
        /// Requests that took longer than a second, per thousand.
        case latency
        /// How many events the read model furthest behind is behind.
        case lag
        /// Per thousand of the disk that is used.
        case disk
        /// What the continuous verification found.
        case verification
        /// Records that were dropped since the last look.
        case drops
        /// Access decisions that could not be recorded since the last look.
        case decisionDrops = "decision-drops"
        /// Sign-ins that failed since the last look.
        case signInFailures = "sign-in-failures"
        /// 1 while the database does not answer.
        case database
        /// Read models that have stopped.
        case projections
        /// 1 while archives cannot be written.
        case archive
    }

    /// Its name.
    package var name: Name
    /// From which value on it is a warning; nil for never.
    package var warning: Int64?
    /// From which value on it is critical; nil for never.
    package var critical: Int64?
    /// Below which value it is over.
    package var over: Int64
    /// For how many looks in a row.
    package var looksToRaise: Int
    /// For how many looks in a row it has to be under.
    package var looksToResolve: Int

    /// The rules that come with Daybook.
    package static let builtIn: [AlertRule] = [
        AlertRule(name: .errorRate, warning: 50, critical: 200, over: 20, looksToRaise: 2, looksToResolve: 6),
        AlertRule(name: .latency, warning: 50, critical: 250, over: 20, looksToRaise: 3, looksToResolve: 6),
        AlertRule(name: .lag, warning: 50_000, critical: 1_000_000, over: 10_000, looksToRaise: 6, looksToResolve: 3),
        AlertRule(name: .disk, warning: 900, critical: 970, over: 880, looksToRaise: 1, looksToResolve: 3),
        AlertRule(name: .verification, warning: nil, critical: 1, over: 1, looksToRaise: 1, looksToResolve: 1),
        AlertRule(name: .drops, warning: 1, critical: 10_000, over: 1, looksToRaise: 1, looksToResolve: 30),
        AlertRule(name: .decisionDrops, warning: nil, critical: 1, over: 1, looksToRaise: 1, looksToResolve: 30),
        AlertRule(name: .signInFailures, warning: 20, critical: 500, over: 5, looksToRaise: 1, looksToResolve: 30),
        AlertRule(name: .database, warning: nil, critical: 1, over: 1, looksToRaise: 2, looksToResolve: 2),
        AlertRule(name: .projections, warning: nil, critical: 1, over: 1, looksToRaise: 1, looksToResolve: 2),
        AlertRule(name: .archive, warning: nil, critical: 1, over: 1, looksToRaise: 1, looksToResolve: 1),
    ]

    /// What somebody is to be told.
    func message(for value: Int64) -> String {
        switch name {
        case .errorRate: "\(Self.percent(value)) of the last requests failed in the server."
        case .latency: "\(Self.percent(value)) of the last requests took longer than a second."
        case .lag: "A read model is \(value) events behind the log."
        case .disk: "\(Self.percent(value)) of the disk is used."
        case .verification: "The log is not what was signed: \(value) findings. Run: daybook verify"
        case .drops: "\(value) log entries or requests could not be recorded."
        case .decisionDrops: "\(value) access decisions could not be recorded; the decision log says where."
        case .signInFailures: "\(value) requests since the last look had no valid sign-in."
        case .database: "The database does not answer."
        case .projections: "\(value) read models have stopped."
        case .archive: "Logs cannot be archived: the archive directory cannot be written or read back."
        }
    }

    private static func percent(_ perThousand: Int64) -> String {
        perThousand % 10 == 0 ? "\(perThousand / 10) %" : "\(perThousand / 10).\(perThousand % 10) %"
    }
}
