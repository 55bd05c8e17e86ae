import EventStore
import Events

extension CommandOutcome {
    /// The assignment that the command made, as it stands right after it, without asking the database; nil where the
    /// request only repeated an earlier one.
    ///
    /// What a decision rests on cannot have changed until its events were recorded, so the role has its name from there.
    package func assignment(by actor: AccessActor) -> UserRoleRecord? {
        guard let receipt, let recorded = receipt.events.last, let decidedOn,
            let assigned = events.last?.assigned,
            let role = decidedOn.model.roles.index(id: assigned.roleID).flatMap({ decidedOn.model.roles[$0] })
        else { return nil }
        return UserRoleRecord(
            userID: assigned.userID,
            roleID: assigned.roleID,
            roleName: role.name,
            branchID: assigned.branchID,
            assignedAt: receipt.recordedAt,
            assignedBy: actor.id,
            assignedPosition: recorded.position,
            startsAt: assigned.startsAt,
            expiresAt: assigned.expiresAt,
            isActive: (assigned.startsAt.map { $0 <= receipt.recordedAt } ?? true)
                && (assigned.expiresAt.map { receipt.recordedAt < $0 } ?? true)
        )
    }
}

extension AccessEvent {
    /// The assignment that the event makes: a renewal assigns anew.
    fileprivate var assigned: RBAC.RoleAssigned? {
        switch self {
        case .roleAssigned(let assigned): assigned
        case .roleRenewed(let renewed):
            RBAC.RoleAssigned(
                userID: renewed.userID,
                roleID: renewed.roleID,
                branchID: renewed.branchID,
                expiresAt: renewed.expiresAt,
                startsAt: renewed.startsAt
            )
        default: nil
        }
    }
}
