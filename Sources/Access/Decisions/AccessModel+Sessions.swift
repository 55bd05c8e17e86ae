package import Time

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
