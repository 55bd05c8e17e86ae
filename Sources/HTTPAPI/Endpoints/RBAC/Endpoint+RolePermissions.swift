import Access

extension Endpoint {
    static func rolePermissions(_ access: AccessService) -> [Endpoint] {
        [assignPermission(access), revokePermission(access)]
    }

    /// `POST /rbac/roles/{roleId}/permissions/{permissionId}`: gives a role a permission.
    private static func assignPermission(_ access: AccessService) -> Endpoint {
        Endpoint(
            .post,
            "/rbac/roles/{roleId}/permissions/{permissionId}",
            "Assign a permission to a role",
            details: "Refused to whoever does not hold the permission in the role's branch.",
            tag: "rbac",
            access: .permission(.assignPermissions, in: .decidedByHandler),
            inputs: Path("roleId", .identifier, "The role."),
            Path("permissionId", .identifier, "The permission."),
            .expectedVersion,
            IdempotencyHeader(),
            outputs: .json(.created, .receipt, "The role grants the permission."),
            problems: .notFound,
            .versionConflict,
            .alreadyAssigned,
            .escalation,
            .idempotencyKeyReused,
            .unavailable
        ) { context, role, permission, version, key in
            try await context.leaveDecision(.assignPermissions)
            let command = AssignPermission(roleID: role, permissionID: permission, expectedVersion: version)
            return .commanded(.created, try await access.assignPermissionToRole(command, context.command(key)))
        }
    }

    /// `DELETE /rbac/roles/{roleId}/permissions/{permissionId}`: takes a permission from a role.
    private static func revokePermission(_ access: AccessService) -> Endpoint {
        Endpoint(
            .delete,
            "/rbac/roles/{roleId}/permissions/{permissionId}",
            "Revoke a permission from a role",
            details: "What the role inherits it keeps.",
            tag: "rbac",
            access: .permission(.revokePermissions, in: .decidedByHandler),
            inputs: Path("roleId", .identifier, "The role."),
            Path("permissionId", .identifier, "The permission."),
            .expectedVersion,
            IdempotencyHeader(),
            outputs: .json(.ok, .receipt, "The role of itself does not grant the permission any more."),
            problems: .notFound,
            .versionConflict,
            .lastAdministrator,
            .idempotencyKeyReused,
            .unavailable
        ) { context, role, permission, version, key in
            try await context.leaveDecision(.revokePermissions)
            let command = RevokePermission(roleID: role, permissionID: permission, expectedVersion: version)
            return .commanded(.ok, try await access.revokePermissionFromRole(command, context.command(key)))
        }
    }
}

extension EndpointInput where Self == Query<Int64?> {
    /// `expectedVersion`, for commands without a body.
    static var expectedVersion: Query<Int64?> {
        Query(
            "expectedVersion",
            .integer(AccessRules.versions),
            "The version of the role that this was decided on; refused if it is another by now."
        )
    }
}
