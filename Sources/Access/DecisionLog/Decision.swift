package import Time

/// That somebody was or was not allowed something, for the decision log.
package struct Decision: Sendable, Hashable {
    /// What it was decided for.
    package enum Kind: Int, Sendable, Hashable {
        /// It guarded a command.
        case command = 0
        /// Somebody asked.
        case check = 1
    }

    /// When.
    package var at: Timestamp
    /// What for.
    package var kind: Kind
    /// Who asked: for a command, who was to carry it out.
    package var asker: String
    /// Who was asked about.
    package var userID: String
    /// The permission, `resource:action`.
    package var permission: String
    /// Where.
    package var scope: AccessScope
    /// What was decided.
    package var verdict: AccessVerdict
    /// How many events the decision took into account.
    package var size: Int64
    /// The W3C trace id of the request.
    package var traceID: String?

    /// A decision.
    package init(
        at: Timestamp,
        kind: Kind,
        asker: String,
        userID: String,
        permission: String,
        scope: AccessScope,
        verdict: AccessVerdict,
        size: Int64,
        traceID: String?
    ) {
        self.at = at
        self.kind = kind
        self.asker = asker
        self.userID = userID
        self.permission = permission
        self.scope = scope
        self.verdict = verdict
        self.size = size
        self.traceID = traceID
    }
}
