package import Events
package import Time

/// For how long payloads are kept in the database.
package struct RetentionPolicy: Sendable, Hashable {
    /// Kinds of events that are kept for the same time.
    package enum Kind: String, Sendable, CaseIterable {
        /// What the system says of its own running.
        case operational
        /// Who looked at, asked for and used what.
        case audit
    }

    /// How many days payloads of a kind are kept at least, whatever is configured. The database holds to the same.
    package static func floor(of kind: Kind) -> Int {
        switch kind {
        case .operational: 1
        case .audit: 365
        }
    }

    /// The types of a kind. All others are never released: read models are made of them.
    package static func types(of kind: Kind) -> Set<EventType> {
        switch kind {
        case .operational:
            [
                Logs.Entry.type, Logs.RequestsRecorded.type, Logs.RequestMetrics.type, Logs.HealthChecked.type,
            ]
        case .audit:
            [
                Audit.AccessLogged.type, Audit.HistoryQueried.type, RBAC.AccessChecked.type,
                RBAC.DecisionsRecorded.type,
            ]
        }
    }

    private let operational: Int
    private let audit: Int

    /// A policy; what is below a floor is raised to it.
    package init(operationalDays: Int = 30, auditDays: Int = 2_555) {
        operational = max(operationalDays, Self.floor(of: .operational))
        audit = max(auditDays, Self.floor(of: .audit))
    }

    /// How many days payloads of a kind are kept at least.
    package func days(_ kind: Kind) -> Int {
        switch kind {
        case .operational: operational
        case .audit: audit
        }
    }

    /// What was recorded before this time may go, if it is to be older than so many days.
    package func cutoff(_ kind: Kind, olderThanDays days: Int, now: Timestamp) -> Timestamp {
        now - .seconds(Int64(max(days, self.days(kind))) * 86_400)
    }
}
