import EventStore
import Events
package import Time

/// Changes a session of the actor: activates a role, drops one, or closes it (AddActiveRole, DropActiveRole,
/// DeleteSession).
package struct ChangeSession: AccessCommand {
    /// What becomes of the session.
    package enum Change: Sendable, Hashable {
        /// A further role of the user counts in it.
        case activate(role: String)
        /// A role counts in it no longer.
        case drop(role: String)
        /// Nothing can be done in it any more.
        case close
    }

    /// The session's id.
    package var sessionID: String
    /// What becomes of it.
    package var change: Change

    /// A change to a session.
    package init(sessionID: String, _ change: Change) {
        self.sessionID = sessionID
        self.change = change
    }

    package func decide(
        on model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> AccessPlan {
        let session = try model.session(sessionID, of: actor, at: now)
        let event: AccessEvent
        switch change {
        case .activate(let id):
            let role = try model.activatable(id, by: actor, at: now, pointer: "/roleId")
            guard !session.roles.contains(role) else {
                throw AccessRefusal(.alreadyAssigned, "The role \(id) is active in the session already.")
            }
            try model.refuseTogether(session.roles + [role], of: actor, at: now)
            event = .sessionRoleActivated(.init(sessionID: sessionID, userID: actor.id, roleID: id))
        case .drop(let id):
            guard let role = model.roles.index(id: id), session.roles.contains(role) else {
                throw AccessRefusal(.notAssigned, "The role \(id) is not active in the session.")
            }
            event = .sessionRoleDropped(.init(sessionID: sessionID, userID: actor.id, roleID: id))
        case .close: event = .sessionClosed(.init(sessionID: sessionID, userID: actor.id, reason: .closed))
        }
        return AccessPlan([
            .init(
                stream: AccessStream.session(sessionID),
                expected: .exact(session.version),
                branch: nil,
                events: [event]
            )
        ])
    }
}
