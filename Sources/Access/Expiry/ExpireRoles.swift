import Events
package import Time

/// Records that assignments have come to their end, and closes sessions that have.
///
/// Nothing depends on it having been recorded: a check looks at the clock. It is for whoever follows the log.
package struct ExpireRoles: AccessCommand {
    /// How many events one append should have; the rest comes with the next.
    static let maximumEvents = 1_000

    /// The users of whom something may have fallen due.
    package var userIDs: [String]
    /// The sessions that may have.
    package var sessionIDs: [String]

    /// What may have fallen due; what has not is left alone.
    package init(userIDs: [String], sessionIDs: [String] = []) {
        self.userIDs = userIDs
        self.sessionIDs = sessionIDs
    }

    package func decide(
        on model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> AccessPlan {
        guard actor == .system else {
            throw AccessRefusal(.forbidden(permission: "", branch: nil), "Only Daybook itself records what fell due.")
        }
        var appends: [AccessPlan.Append] = []
        var count = 0
        for user in userIDs where count < Self.maximumEvents {
            guard let grants = model.users[ExactKey(user)]?.grants else { continue }
            let events = grants.filter { $0.isExpired(at: now) }.compactMap { grant in
                model.roles[grant.role].map { role in
                    AccessEvent.roleExpired(
                        .init(
                            userID: user,
                            roleID: role.id,
                            branchID: model.branches.name(grant.branch),
                            expiresAt: grant.until
                        )
                    )
                }
            }
            count += events.count
            appends.append(
                .init(
                    stream: AccessStream.user(user),
                    expected: model.expectedUserVersion(user),
                    branch: nil,
                    events: events
                )
            )
        }
        for session in sessionIDs.compactMap({ model.sessions[$0] }) where session.expiresAt <= now {
            appends.append(
                .init(
                    stream: AccessStream.session(session.id),
                    expected: .exact(session.version),
                    branch: nil,
                    events: [
                        .sessionClosed(.init(sessionID: session.id, userID: session.userID, reason: .expired))
                    ]
                )
            )
        }
        return AccessPlan(appends)
    }
}
