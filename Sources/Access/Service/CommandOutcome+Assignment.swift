import EventStore
import Events

extension CommandOutcome {
    /// The assignment that the command made, as it stands right after it, without asking the database; nil where the
    /// request only repeated an earlier one.
    ///
    /// What a decision rests on cannot have changed until its events were recorded, so the role has its name from there.
    package func assignment(by actor: AccessActor) -> UserRoleRecord? {
        guard let receipt, let recorded = receipt.events.last, let decidedOn,
            case .roleAssigned(let assigned)? = events.last,
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
            expiresAt: assigned.expiresAt,
            isActive: assigned.expiresAt.map { receipt.recordedAt < $0 } ?? true
        )
    }
}
