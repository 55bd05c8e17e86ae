import Events
package import Time

/// Lets a role inherit from another, or no more (ANSI INCITS 359: AddInheritance, DeleteInheritance).
package struct ChangeInheritance: AccessCommand {
    /// What becomes of the inheritance.
    package enum Change: Sendable, Hashable {
        /// The role inherits from the parent from now on.
        case add
        /// The role inherits from the parent no more.
        case remove
    }

    /// Whether it is added or removed.
    package var change: Change
    /// The senior, who inherits.
    package var roleID: String
    /// The junior, who is inherited from.
    package var parentRoleID: String
    /// The version of the role that the caller decided on.
    package var expectedVersion: Int64?

    /// A change of what a role inherits.
    package init(_ change: Change, roleID: String, parentRoleID: String, expectedVersion: Int64? = nil) {
        self.change = change
        self.roleID = roleID
        self.parentRoleID = parentRoleID
        self.expectedVersion = expectedVersion
    }

    package var permission: BuiltInPermission? { change == .add ? .addParents : .removeParents }

    package func decide(
        on model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> AccessPlan {
        let permission = change == .add ? BuiltInPermission.addParents : .removeParents
        let (index, role) = try model.role(roleID, for: permission, by: actor, at: now)
        try model.refuse(role, unlessAt: expectedVersion)
        let event: AccessEvent
        switch change {
        case .add:
            let parent = try model.parent(parentRoleID, forRoleIn: role.branch)
            guard !role.parents.contains(parent) else {
                throw AccessRefusal(
                    .alreadyAssigned,
                    "The role \(roleID) inherits from \(parentRoleID) already.",
                    currentVersion: role.version
                )
            }
            try model.refuseCycle(of: index, inheritingFrom: parent)
            event = .inheritanceAdded(.init(roleID: roleID, branchID: role.branch, parentRoleID: parentRoleID))
        case .remove:
            guard let parent = model.roles.index(id: parentRoleID), role.parents.contains(parent) else {
                throw AccessRefusal(
                    .notAssigned,
                    "The role \(roleID) does not inherit from \(parentRoleID) directly.",
                    currentVersion: role.version
                )
            }
            event = .inheritanceRemoved(.init(roleID: roleID, branchID: role.branch, parentRoleID: parentRoleID))
        }
        let restsOn = try model.refuse([event], changing: index, by: actor, at: now)
        return .change(of: role, [event], restsOn: restsOn)
    }
}

extension AccessPlan {
    /// Events of one role.
    ///
    /// - Parameter restsOn: the types of which an event made meanwhile might break what was decided.
    static func change(of role: Role, _ events: [AccessEvent], restsOn: Set<EventType>) -> AccessPlan {
        AccessPlan(
            [
                .init(
                    stream: AccessStream.role(role.id),
                    expected: .exact(role.version),
                    branch: role.branch,
                    events: events
                )
            ],
            restsOn: restsOn
        )
    }
}
