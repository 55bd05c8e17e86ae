import Access
import EventStore
import Events
import JSON

extension Endpoint {
    static func roles(_ access: AccessService) -> [Endpoint] {
        [createRole(access), listRoles(access), role(access), updateRole(access), deleteRole(access)]
    }

    /// `POST /rbac/roles`: defines a role.
    private static func createRole(_ access: AccessService) -> Endpoint {
        Endpoint(
            .post,
            "/rbac/roles",
            "Create a role",
            details: """
                From nothing, or from a template: what is left out is taken from there, and what the template changes later \
                is offered to the role. Refused where the role would grant or deny what its maker does not hold in that \
                branch.
                """,
            tag: "rbac",
            access: .permission(.createRoles, in: .decidedByHandler),
            inputs: IdempotencyHeader(),
            JSONBody(RoleToDefine.self),
            outputs: .json(.created, .commanded("role", Columns.roles.schema), "The role."),
            problems: .duplicateName,
            .escalation,
            .idempotencyKeyReused,
            .unavailable
        ) { context, key, body in
            try await context.leaveDecision(.createRoles)
            let command = DefineRole(
                roleID: body.roleID ?? UUIDv7.generate().uuidString.lowercased(),
                branch: body.branchID,
                name: body.name,
                description: body.description,
                parentRoleIDs: body.parentRoleIDs,
                permissionIDs: body.permissionIDs,
                deniedPermissionIDs: body.deniedPermissionIDs,
                templateRoleID: body.templateRoleID,
                isTemplate: body.isTemplate
            )
            let outcome = try await access.defineRole(command, context.command(key))
            // A repeated request has made up another id, so the one that was recorded counts.
            let id = outcome.id(of: AccessStream.role) ?? command.roleID
            let role = try await access.getRoleById(id, asOf: outcome.moment).value
            return .commanded(.created, outcome, "role", role, .roles)
                .located(at: "/rbac/roles/\(PercentCoding.encode(id))")
        }
    }

    /// `GET /rbac/roles?branchId=X`: lists roles.
    private static func listRoles(_ access: AccessService) -> Endpoint {
        Endpoint(
            .get,
            "/rbac/roles",
            "List roles",
            details: """
                Those of one branch, or without `branchId` those of every branch in which the reader may see roles and \
                those of the institution as a whole.
                """,
            tag: "rbac",
            access: .permission(.listRoles, in: .decidedByHandler),
            inputs: Query("branchId", .identifier, "Only roles of this branch; institution for those of the whole."),
            AsOf(),
            Paging(default: 100),
            outputs: .listing(.roles, "The roles by id."),
            .notModified
        ) { context, branch, asOf, page in
            var branches: [String]?
            if let branch {
                // What belongs to the institution holds in every branch, so whoever sees roles in one sees it.
                let scope = branch == RBAC.institutionBranch ? .anywhere : BranchScope.branch(branch)
                try await context.require(BuiltInPermission.listRoles.name, in: scope)
                branches = [branch]
            } else {
                try await context.leaveDecision(.listRoles)
                let visible = try await access.branches(where: context.command(), has: .listRoles)
                branches = visible.map { Array($0) + [RBAC.institutionBranch] }
            }
            let answer = try await access.getRoles(
                branches: branches,
                asOf: AccessMoment(asOf, page.after),
                after: page.after?.key,
                limit: page.limit + 1
            )
            let isOfNow = asOf == nil && page.after == nil
            return .listing(answer, .roles, page: page, context, isOfNow: isOfNow) { $0.id }
        }
    }

    /// `GET /rbac/roles/{roleId}`: shows a role.
    private static func role(_ access: AccessService) -> Endpoint {
        Endpoint(
            .get,
            "/rbac/roles/{roleId}",
            "Show a role and all that it grants",
            tag: "rbac",
            access: .permission(.readRoles, in: .decidedByHandler),
            inputs: Path("roleId", .identifier, "The role."),
            AsOf(),
            outputs: .json(
                .ok,
                .object(
                    .required("role", Columns.roles.schema),
                    .required("permissions", .array(of: Columns.rolePermissions.schema))
                ),
                "The role, and all that it grants, inherited permissions included."
            ),
            .notModified,
            problems: .notFound
        ) { context, id, asOf in
            try await context.leaveDecision(.readRoles)
            let role = try await access.getRoleById(id, asOf: AccessMoment(asOf))
            try await context.requireReading(of: role.value)
            let position = Reply.position(ofSize: role.size)
            let permissions = try await access.getPermissionsByRole(id, asOf: .position(role.size - 1)).value
            let reply = Reply.json(position: position) { writer in
                writer.object { writer in
                    writer.name("role")
                    Columns.roles.write(role.value, to: &writer)
                    writer.member(
                        "permissions",
                        array: { writer in
                            for permission in permissions { Columns.rolePermissions.write(permission, to: &writer) }
                        }
                    )
                }
            }
            guard let position else { return reply }
            return context.conditional(reply, made: position, holdsAt: position)
        }
    }

    /// `PATCH /rbac/roles/{roleId}`: changes a role.
    private static func updateRole(_ access: AccessService) -> Endpoint {
        Endpoint(
            .patch,
            "/rbac/roles/{roleId}",
            "Update a role",
            details: "What is left out stays as it is. `permissionIds` is all that the role is to grant of itself.",
            tag: "rbac",
            access: .permission(.updateRoles, in: .decidedByHandler),
            inputs: Path("roleId", .identifier, "The role."),
            IdempotencyHeader(),
            JSONBody(RoleChange.self),
            outputs: .json(.ok, .commanded("role", Columns.roles.schema), "The role as it is now."),
            problems: .notFound,
            .versionConflict,
            .duplicateName,
            .roleCycle,
            .escalation,
            .separationOfDuty,
            .lastAdministrator,
            .idempotencyKeyReused,
            .unavailable
        ) { context, id, key, body in
            try await context.leaveDecision(.updateRoles)
            let command = UpdateRole(
                roleID: id,
                name: body.name,
                description: body.description,
                parentRoleIDs: body.parentRoleIDs,
                permissionIDs: body.permissionIDs,
                deniedPermissionIDs: body.deniedPermissionIDs,
                expectedVersion: body.expectedVersion
            )
            let outcome = try await access.updateRole(command, context.command(key))
            let role = try await access.getRoleById(id, asOf: outcome.moment).value
            return .commanded(.ok, outcome, "role", role, .roles)
        }
    }

    /// `DELETE /rbac/roles/{roleId}`: deletes a role.
    private static func deleteRole(_ access: AccessService) -> Endpoint {
        Endpoint(
            .delete,
            "/rbac/roles/{roleId}",
            "Delete a role that nobody has",
            tag: "rbac",
            access: .permission(.deleteRoles, in: .decidedByHandler),
            inputs: Path("roleId", .identifier, "The role."),
            .expectedVersion,
            IdempotencyHeader(),
            outputs: .json(.ok, .receipt, "The role is no more."),
            problems: .notFound,
            .versionConflict,
            .roleInUse,
            .idempotencyKeyReused,
            .unavailable
        ) { context, id, version, key in
            try await context.leaveDecision(.deleteRoles)
            let command = DeleteRole(roleID: id, expectedVersion: version)
            return .commanded(.ok, try await access.deleteRole(command, context.command(key)))
        }
    }
}
