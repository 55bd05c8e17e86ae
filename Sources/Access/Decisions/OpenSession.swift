import EventStore
import Events
package import Time

/// Opens a session of the actor with some of its roles active (ANSI INCITS 359: CreateSession).
package struct OpenSession: AccessCommand {
    /// How long a session may last: a working day and a little.
    package static let longest: Duration = .seconds(12 * 3600)

    /// How many sessions of one user may be open at once: more are forgotten ones.
    package static let mostOpen = 100

    /// The new session's id.
    package var sessionID: String
    /// The roles to be active.
    package var roleIDs: [String]
    /// From when on it counts no longer.
    package var expiresAt: Timestamp

    /// A session to open.
    package init(sessionID: String, roleIDs: [String], expiresAt: Timestamp) {
        self.sessionID = sessionID
        self.roleIDs = roleIDs
        self.expiresAt = expiresAt
    }

    package func decide(
        on model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> AccessPlan {
        guard now < expiresAt, expiresAt <= now.advanced(by: Self.longest) else {
            throw AccessRefusal(.expired, "The end has to be in the future, and no later than in twelve hours.")
        }
        guard model.sessions.count(of: actor.id, at: now) < Self.mostOpen else {
            throw AccessRefusal(.tooManySessions, "You have \(Self.mostOpen) open sessions. Close some of them first.")
        }
        var active: [Int32] = []
        for (position, id) in roleIDs.enumerated() {
            active.append(try model.activatable(id, by: actor, at: now, pointer: "/roleIds/\(position)"))
        }
        guard Set(active).count == active.count else {
            throw AccessRefusal(.invalid(pointer: "/roleIds"), "A role is named twice.")
        }
        try model.refuseTogether(active, of: actor, at: now)
        let opened = RBAC.SessionOpened(
            sessionID: sessionID,
            userID: actor.id,
            roleIDs: roleIDs,
            expiresAt: expiresAt
        )
        return AccessPlan([
            .init(
                stream: AccessStream.session(sessionID),
                expected: .none,
                branch: nil,
                events: [.sessionOpened(opened)]
            )
        ])
    }
}
