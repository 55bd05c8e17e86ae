import Access
import HTTPTypes

extension Endpoint {
    /// What roles inherit, deny and require, and what their templates offer them.
    static func roleStructure(_ access: AccessService) -> [Endpoint] {
        [
            addParent(access), removeParent(access), denyPermission(access), liftDenial(access),
            setRequirements(access), templateChanges(access), adoptTemplate(access),
        ]
    }

    /// `POST /rbac/roles/{roleId}/parents/{parentRoleId}`: lets a role inherit from another.
    private static func addParent(_ access: AccessService) -> Endpoint {
        Endpoint(
            .post,
            "/rbac/roles/{roleId}/parents/{parentRoleId}",
            "Let a role inherit from another",
            details: """
                Beside those that it inherits from already. It grants and denies from then on whatever the other does, and \
                whatever that inherits. A role of a branch inherits from roles of that branch or of the institution.
                """,
            tag: "rbac",
            access: .permission(.addParents, in: .decidedByHandler),
            inputs: Path("roleId", .identifier, "The role."),
            Path("parentRoleId", .identifier, "The role to inherit from."),
            .expectedVersion,
            IdempotencyHeader(),
            outputs: .json(.created, .receipt, "The role inherits from the other."),
            problems: .notFound,
            .versionConflict,
            .alreadyAssigned,
            .roleCycle,
            .escalation,
            .separationOfDuty,
            .lastAdministrator,
            .idempotencyKeyReused,
            .unavailable
        ) { context, role, parent, version, key in
            try await context.leaveDecision(.addParents)
            let command = ChangeInheritance(.add, roleID: role, parentRoleID: parent, expectedVersion: version)
            return .commanded(.created, try await access.changeInheritance(command, context.command(key)))
        }
    }

    /// `DELETE /rbac/roles/{roleId}/parents/{parentRoleId}`: lets a role inherit from another no more.
    private static func removeParent(_ access: AccessService) -> Endpoint {
        Endpoint(
            .delete,
            "/rbac/roles/{roleId}/parents/{parentRoleId}",
            "Let a role inherit from another no more",
            tag: "rbac",
            access: .permission(.removeParents, in: .decidedByHandler),
            inputs: Path("roleId", .identifier, "The role."),
            Path("parentRoleId", .identifier, "The role that it inherits from."),
            .expectedVersion,
            IdempotencyHeader(),
            outputs: .json(.ok, .receipt, "The role does not inherit from the other any more."),
            problems: .notFound,
            .versionConflict,
            .escalation,
            .lastAdministrator,
            .idempotencyKeyReused,
            .unavailable
        ) { context, role, parent, version, key in
            try await context.leaveDecision(.removeParents)
            let command = ChangeInheritance(.remove, roleID: role, parentRoleID: parent, expectedVersion: version)
            return .commanded(.ok, try await access.changeInheritance(command, context.command(key)))
        }
    }

    /// `POST /rbac/roles/{roleId}/denials/{permissionId}`: lets a role deny a permission.
    private static func denyPermission(_ access: AccessService) -> Endpoint {
        Endpoint(
            .post,
            "/rbac/roles/{roleId}/denials/{permissionId}",
            "Let a role deny a permission",
            details: """
                A denial overrides every grant. It reaches whatever is within the permission's resource, and whatever \
                includes or implies the permission. Nobody denies what they do not hold in the role's branch.
                """,
            tag: "rbac",
            access: .permission(.denyPermissions, in: .decidedByHandler),
            inputs: Path("roleId", .identifier, "The role."),
            Path("permissionId", .identifier, "The permission."),
            .expectedVersion,
            IdempotencyHeader(),
            outputs: .json(.created, .receipt, "The role denies the permission."),
            problems: .notFound,
            .versionConflict,
            .alreadyAssigned,
            .escalation,
            .lastAdministrator,
            .idempotencyKeyReused,
            .unavailable
        ) { context, role, permission, version, key in
            try await context.leaveDecision(.denyPermissions)
            let command = ChangeDenial(.deny, roleID: role, permissionID: permission, expectedVersion: version)
            return .commanded(.created, try await access.changeDenial(command, context.command(key)))
        }
    }

    /// `DELETE /rbac/roles/{roleId}/denials/{permissionId}`: lets a role deny a permission no more.
    private static func liftDenial(_ access: AccessService) -> Endpoint {
        Endpoint(
            .delete,
            "/rbac/roles/{roleId}/denials/{permissionId}",
            "Let a role deny a permission no more",
            details: "Nobody lifts a denial of what they do not hold in the role's branch, so nobody lifts their own.",
            tag: "rbac",
            access: .permission(.liftDenials, in: .decidedByHandler),
            inputs: Path("roleId", .identifier, "The role."),
            Path("permissionId", .identifier, "The permission."),
            .expectedVersion,
            IdempotencyHeader(),
            outputs: .json(.ok, .receipt, "The role of itself does not deny the permission any more."),
            problems: .notFound,
            .versionConflict,
            .escalation,
            .idempotencyKeyReused,
            .unavailable
        ) { context, role, permission, version, key in
            try await context.leaveDecision(.liftDenials)
            let command = ChangeDenial(.lift, roleID: role, permissionID: permission, expectedVersion: version)
            return .commanded(.ok, try await access.changeDenial(command, context.command(key)))
        }
    }

    /// `PUT /rbac/roles/{roleId}/requirements`: sets what it takes to be given a role.
    private static func setRequirements(_ access: AccessService) -> Endpoint {
        Endpoint(
            .put,
            "/rbac/roles/{roleId}/requirements",
            "Set what it takes to be given a role",
            details: """
                How many may have it, and which roles a user has to have in the same place first; what is left out is not \
                required. Refused where holders do not meet it.
                """,
            tag: "rbac",
            access: .permission(.setRequirements, in: .decidedByHandler),
            inputs: Path("roleId", .identifier, "The role."),
            IdempotencyHeader(),
            JSONBody(RequirementsToSet.self),
            outputs: .json(.ok, .commanded("role", Columns.roles.schema), "The role as it is now."),
            problems: .notFound,
            .versionConflict,
            .roleFull,
            .roleCycle,
            .prerequisite,
            .idempotencyKeyReused,
            .unavailable
        ) { context, id, key, body in
            try await context.leaveDecision(.setRequirements)
            let command = SetRequirements(roleID: id, body.requirements, expectedVersion: body.expectedVersion)
            let outcome = try await access.setRequirements(command, context.command(key))
            let role = try await access.getRoleById(id, asOf: outcome.moment).value
            return .commanded(.ok, outcome, "role", role, .roles)
        }
    }

    /// `GET /rbac/roles/{roleId}/template-changes`: what a role's template offers it.
    private static func templateChanges(_ access: AccessService) -> Endpoint {
        Endpoint(
            .get,
            "/rbac/roles/{roleId}/template-changes",
            "See what a role's template has changed",
            details: "Since the role was made from it, or last took it over.",
            tag: "rbac",
            access: .permission(.readRoles, in: .decidedByHandler),
            inputs: Path("roleId", .identifier, "The role."),
            AsOf(),
            outputs: .json(
                .ok,
                .object(
                    .required("templateRoleId", .identifier),
                    .required("added", .array(of: .identifier).described("What the template grants since then")),
                    .required("removed", .array(of: .identifier).described("What it has ceased to grant since then"))
                ),
                "What the template offers."
            ),
            problems: .notFound
        ) { context, id, asOf in
            try await context.leaveDecision(.readRoles)
            let role = try await access.getRoleById(id, asOf: AccessMoment(asOf)).value
            try await context.requireReading(of: role)
            let offer = try await access.templateOffer(forRole: id, asOf: AccessMoment(asOf))
            return .json(position: Reply.position(ofSize: offer.size)) { writer in
                writer.object { writer in
                    writer.member("templateRoleId", offer.value.templateRoleID)
                    writer.member("added", offer.value.added)
                    writer.member("removed", offer.value.removed)
                }
            }
        }
    }

    /// `POST /rbac/roles/{roleId}/template-changes`: takes over what a role's template has changed.
    private static func adoptTemplate(_ access: AccessService) -> Endpoint {
        Endpoint(
            .post,
            "/rbac/roles/{roleId}/template-changes",
            "Take over what a role's template has changed",
            tag: "rbac",
            access: .permission(.adoptTemplates, in: .decidedByHandler),
            inputs: Path("roleId", .identifier, "The role."),
            .expectedVersion,
            IdempotencyHeader(),
            outputs: .json(.ok, .commanded("role", Columns.roles.schema), "The role as it is now."),
            problems: .notFound,
            .versionConflict,
            .escalation,
            .lastAdministrator,
            .idempotencyKeyReused,
            .unavailable
        ) { context, id, version, key in
            try await context.leaveDecision(.adoptTemplates)
            let command = AdoptTemplate(roleID: id, expectedVersion: version)
            let outcome = try await access.adoptTemplate(command, context.command(key))
            let role = try await access.getRoleById(id, asOf: outcome.moment).value
            return .commanded(.ok, outcome, "role", role, .roles)
        }
    }
}
