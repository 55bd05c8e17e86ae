import EventStore
import Events
package import Time

/// Opens a session of the actor with some of its roles active (ANSI INCITS 359: CreateSession).
package struct OpenSession: AccessCommand {
    /// How long a session may last: a working day and a little.
    package static let longest: Duration = .seconds(12 * 3600)

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

extension AccessModel {
    /// A session that the actor has open.
    package func session(_ id: String, of actor: AccessActor, at now: Timestamp) throws(AccessRefusal) -> AccessSession
    {
        guard let session = sessions[id], ExactKey.same(session.userID, actor.id), now < session.expiresAt else {
            throw AccessRefusal(.noSession, "You have no open session \(id). Open one by POST /rbac/sessions.")
        }
        return session
    }

    /// The ids of the roles that are active in a session.
    package func activeRoleIDs(of session: AccessSession) -> [String] {
        session.roles.compactMap { roles[$0]?.id }
    }

    /// A role that the actor has and that counts now.
    func activatable(
        _ id: String,
        by actor: AccessActor,
        at now: Timestamp,
        pointer: String
    ) throws(AccessRefusal) -> Int32 {
        guard let role = roles.index(id: id),
            users[ExactKey(actor.id)]?.grants.contains(where: { $0.role == role && $0.counts(at: now) }) ?? false
        else {
            throw AccessRefusal(.invalid(pointer: pointer), "You do not have the role \(id), or not at this time.")
        }
        return role
    }

    /// Refuses roles of which too many would be active at once: dynamic separation of duty is checked at activation.
    func refuseTogether(_ active: [Int32], of actor: AccessActor, at now: Timestamp) throws(AccessRefusal) {
        let grants = (users[ExactKey(actor.id)]?.grants ?? []).filter { $0.counts(at: now) && active.contains($0.role) }
        for separation in separations.dynamicOnes {
            for place in Set(grants.map(\.branch)) {
                let together = grants.filter { $0.branch == place || $0.branch == BranchTable.institution }
                guard separation.isViolated(by: together.reduce(0) { $0 | separation.mask($1.role) }) else { continue }
                let names = together.filter { separation.mask($0.role) != 0 }.compactMap { roles[$0.role]?.id }
                throw AccessRefusal(
                    .separated(separationID: separation.separation.id),
                    "The separation \(separation.separation.id) lets fewer of these be active at once: "
                        + "\(Set(names).sorted().joined(separator: ", "))."
                )
            }
        }
    }
}
