import Access

extension Endpoint {
    /// What permissions imply and come to.
    static func implications(_ access: AccessService) -> [Endpoint] {
        [addImplication(access), removeImplication(access), permissionHierarchy(access), validatePermissions(access)]
    }

    /// `POST /rbac/permissions/{permissionId}/implications/{impliedPermissionId}`: lets a permission imply another.
    private static func addImplication(_ access: AccessService) -> Endpoint {
        Endpoint(
            .post,
            "/rbac/permissions/{permissionId}/implications/{impliedPermissionId}",
            "Let a permission imply another",
            details: """
                Whoever is granted the one is granted the other with it. What follows from names need not be added: \
                `students:read` covers `students.grades:read`, and `manage` includes `write`, which includes `read`. It \
                takes holding both in the institution as a whole.
                """,
            tag: "rbac",
            access: .permission(.addImplications),
            inputs: Path("permissionId", .identifier, "The permission."),
            Path("impliedPermissionId", .identifier, "The permission that it is to imply."),
            IdempotencyHeader(),
            outputs: .json(.created, .receipt, "The one implies the other."),
            problems: .notFound,
            .alreadyAssigned,
            .roleCycle,
            .escalation,
            .lastAdministrator,
            .idempotencyKeyReused,
            .unavailable
        ) { context, permission, implied, key in
            let command = ChangeImplication(.add, permissionID: permission, impliedID: implied)
            return .commanded(.created, try await access.changeImplication(command, context.command(key)))
        }
    }

    /// `DELETE /rbac/permissions/{permissionId}/implications/{impliedPermissionId}`: lets it imply the other no more.
    private static func removeImplication(_ access: AccessService) -> Endpoint {
        Endpoint(
            .delete,
            "/rbac/permissions/{permissionId}/implications/{impliedPermissionId}",
            "Let a permission imply another no more",
            tag: "rbac",
            access: .permission(.removeImplications),
            inputs: Path("permissionId", .identifier, "The permission."),
            Path("impliedPermissionId", .identifier, "The permission that it implies."),
            IdempotencyHeader(),
            outputs: .json(.ok, .receipt, "The one does not imply the other any more."),
            problems: .notFound,
            .escalation,
            .lastAdministrator,
            .idempotencyKeyReused,
            .unavailable
        ) { context, permission, implied, key in
            let command = ChangeImplication(.remove, permissionID: permission, impliedID: implied)
            return .commanded(.ok, try await access.changeImplication(command, context.command(key)))
        }
    }

    /// `GET /rbac/hierarchy`: how permissions and roles contain one another.
    private static func permissionHierarchy(_ access: AccessService) -> Endpoint {
        Endpoint(
            .get,
            "/rbac/hierarchy",
            "See how permissions and roles contain one another",
            details:
                "All permissions; of the roles those of the institution and of the branches where the reader may see them.",
            tag: "rbac",
            access: .permission(.readPermissions, in: .decidedByHandler),
            inputs: AsOf(),
            outputs: .json(
                .ok,
                .object(
                    .required("permissions", .array(of: permissionSchema)),
                    .required("roles", .array(of: roleSchema))
                ),
                "The hierarchy."
            )
        ) { context, asOf in
            try await context.leaveDecision(.readPermissions)
            let visible = try await access.branches(where: context.command(), has: .listRoles)
            let answer = try await access.getPermissionHierarchy(asOf: AccessMoment(asOf))
            let roles = answer.value.roles.filter { role in
                visible.map { $0.contains(role.branchID) || role.branchID == BranchScope.institutionBranch } ?? true
            }
            return .json(position: Reply.position(ofSize: answer.size)) { writer in
                writer.object { writer in
                    writer.member(
                        "permissions",
                        array: { writer in
                            for permission in answer.value.permissions {
                                writer.object { writer in
                                    writer.member("name", permission.name)
                                    writer.member("implied", permission.implied)
                                    writer.member("covered", permission.covered)
                                }
                            }
                        }
                    )
                    writer.member(
                        "roles",
                        array: { writer in
                            for role in roles {
                                writer.object { writer in
                                    writer.member("roleId", role.roleID)
                                    writer.member("branchId", role.branchID)
                                    writer.member("parentRoleIds", role.parentRoleIDs)
                                    writer.member("ownPermissions", role.ownPermissions)
                                    writer.member("permissions", role.permissions)
                                    writer.member("deniedPermissions", role.deniedPermissions)
                                }
                            }
                        }
                    )
                }
            }
        }
    }

    private static let permissionSchema = Schema.object(
        .required("name", .string()),
        .required("implied", .array(of: .string()).described("What it implies directly, as it was added")),
        .required("covered", .array(of: .string()).described("All that is granted with it, by name and by implication"))
    ).named("PermissionInHierarchy")

    private static let roleSchema = Schema.object(
        .required("roleId", .identifier),
        .required("branchId", .identifier),
        .required("parentRoleIds", .array(of: .identifier)),
        .required("ownPermissions", .array(of: .string())),
        .required("permissions", .array(of: .string()).described("All that it grants")),
        .required("deniedPermissions", .array(of: .string()).described("All that it denies"))
    ).named("RoleInHierarchy")

    /// `POST /rbac/permissions/validate`: what a list of permissions comes to.
    private static func validatePermissions(_ access: AccessService) -> Endpoint {
        Endpoint(
            .post,
            "/rbac/permissions/validate",
            "See what a list of permissions comes to",
            details: "What it implies, what in it is redundant, what is in conflict with denials, and what is unknown.",
            tag: "rbac",
            access: .permission(.readPermissions, in: .decidedByHandler),
            isQuestion: true,
            inputs: AsOf(),
            JSONBody(PermissionsToValidate.self),
            outputs: .json(
                .ok,
                .object(
                    .required("valid", .boolean.described("Whether a role could be given exactly these")),
                    .required("known", .array(of: .string())),
                    .required("unknown", .array(of: .string())),
                    .required("malformed", .array(of: .string())),
                    .required("repeated", .array(of: .string())),
                    .required("implied", .array(of: .string()).described("What is granted along with them")),
                    .required("redundant", .array(of: pair).described("What another of them covers")),
                    .required("conflicts", .array(of: pair).described("What is granted, and denied by another"))
                ),
                "What they come to."
            )
        ) { context, asOf, body in
            try await context.leaveDecision(.readPermissions)
            let answer = try await access.validatePermissionChain(
                body.permissions,
                denied: body.denied,
                asOf: AccessMoment(asOf)
            )
            let chain = answer.value
            return .json(position: Reply.position(ofSize: answer.size)) { writer in
                writer.object { writer in
                    writer.member("valid", chain.isValid)
                    writer.member("known", chain.known)
                    writer.member("unknown", chain.unknown)
                    writer.member("malformed", chain.malformed)
                    writer.member("repeated", chain.repeated)
                    writer.member("implied", chain.implied)
                    for (name, pairs) in [("redundant", chain.redundant), ("conflicts", chain.conflicts)] {
                        writer.member(
                            name,
                            array: { writer in
                                for pair in pairs {
                                    writer.object { writer in
                                        writer.member("permission", pair.permission)
                                        writer.member("by", pair.by)
                                    }
                                }
                            }
                        )
                    }
                }
            }
        }
    }

    private static let pair = Schema.object(.required("permission", .string()), .required("by", .string()))
        .named("PermissionPair")
}
