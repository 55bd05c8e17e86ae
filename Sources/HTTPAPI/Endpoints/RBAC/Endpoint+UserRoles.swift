package import Access
import Events

extension Endpoint {
    static func userRoles(_ access: AccessService) -> [Endpoint] {
        [assignRole(access), removeRole(access), listUserRoles(access), listRoleUsers(access)]
    }

    /// `POST /rbac/users/{userId}/roles/{roleId}`: gives a user a role.
    private static func assignRole(_ access: AccessService) -> Endpoint {
        Endpoint(
            .post,
            "/rbac/users/{userId}/roles/{roleId}",
            "Assign a role to a user",
            details: """
                In one branch or, where that is `institution`, in every branch; for good or until a moment. It counts in \
                the very next request on every replica. Refused to whoever does not hold there all that the role grants, \
                for as long.
                """,
            tag: "rbac",
            access: .permission(.assignRoles, in: .decidedByHandler),
            inputs: Path("userId", .identifier, "The user, as sign-in names them."),
            Path("roleId", .identifier, "The role."),
            IdempotencyHeader(),
            OptionalBody(RoleAssignment.self),
            outputs: .json(.created, .commanded("userRole", Columns.userRoles.schema), "The user has the role."),
            problems: .notFound,
            .alreadyAssigned,
            .escalation,
            .separationOfDuty,
            .roleFull,
            .prerequisite,
            .lastAdministrator,
            .idempotencyKeyReused,
            .unavailable
        ) { context, user, role, key, body in
            try await context.leaveDecision(.assignRoles)
            let command = AssignRole(
                userID: user,
                roleID: role,
                branch: body.branchID,
                startsAt: body.startsAt,
                expiresAt: body.expiresAt
            )
            let outcome = try await access.assignRoleToUser(command, context.command(key))
            if let assigned = outcome.assignment(by: .user(context.actor)) {
                return .commanded(.created, outcome, "userRole", assigned, .userRoles)
            }
            let position = outcome.receipt?.events.last?.position
            let roles = try await access.getUserRoles(user, asOf: outcome.moment).value
            guard let assigned = roles.first(where: { $0.assignedPosition == position }) else {
                return .commanded(.created, outcome)
            }
            return .commanded(.created, outcome, "userRole", assigned, .userRoles)
        }
    }

    /// `DELETE /rbac/users/{userId}/roles/{roleId}`: removes a user from a role.
    private static func removeRole(_ access: AccessService) -> Endpoint {
        Endpoint(
            .delete,
            "/rbac/users/{userId}/roles/{roleId}",
            "Remove a role from a user",
            details: """
                It counts in the very next request on every replica. The last administrator stays, and nobody removes \
                who holds there more than they do.
                """,
            tag: "rbac",
            access: .permission(.removeRoles, in: .decidedByHandler),
            inputs: Path("userId", .identifier, "The user."),
            Path("roleId", .identifier, "The role."),
            Query("branchId", .identifier, "Where; may be left out when the user has the role in one branch only."),
            Query("reason", .text(AccessRules.text), "Why. It stays in the log for good: name no people."),
            IdempotencyHeader(),
            outputs: .json(.ok, .receipt, "The user does not have the role any more."),
            problems: .notFound,
            .lastAdministrator,
            .escalation,
            .prerequisite,
            .idempotencyKeyReused,
            .unavailable
        ) { context, user, role, branch, reason, key in
            try await context.leaveDecision(.removeRoles)
            let command = RemoveRole(userID: user, roleID: role, branch: branch, reason: reason)
            return .commanded(.ok, try await access.removeRoleFromUser(command, context.command(key)))
        }
    }

    /// `GET /rbac/users/{userId}/roles`: lists a user's roles.
    private static func listUserRoles(_ access: AccessService) -> Endpoint {
        Endpoint(
            .get,
            "/rbac/users/{userId}/roles",
            "List a user's roles",
            details: "In the branches in which the reader may see who has which role. Expired ones are marked.",
            tag: "rbac",
            access: .permission(.readUserRoles, in: .decidedByHandler),
            inputs: Path("userId", .identifier, "The user."),
            Query("branchId", .identifier, "Only in this branch."),
            AsOf(),
            Paging(default: 100),
            outputs: .listing(.userRoles, "The roles by role and branch."),
            .notModified
        ) { context, user, branch, asOf, page in
            let branches = try await readable(branch, access, context)
            let answer = try await access.getUserRoles(
                user,
                branches: branches,
                asOf: AccessMoment(asOf, page.after),
                after: page.after?.position ?? -1,
                limit: page.limit + 1
            )
            // Whether one that begins or ends is marked so depends on the clock, too.
            let isOfNow =
                asOf == nil && page.after == nil
                && answer.value.allSatisfy {
                    $0.expiresAt == nil && $0.startsAt == nil
                }
            return .listing(answer, .userRoles, page: page, context, isOfNow: isOfNow, key: { _ in "" }) {
                $0.assignedPosition
            }
        }
    }

    /// `GET /rbac/roles/{roleId}/users`: lists who has a role.
    private static func listRoleUsers(_ access: AccessService) -> Endpoint {
        Endpoint(
            .get,
            "/rbac/roles/{roleId}/users",
            "List who has a role",
            details: """
                In the branches in which the reader may see who has which role; with `inherited` also those who have it by \
                a role that inherits it. Expired ones are marked.
                """,
            tag: "rbac",
            access: .permission(.readUserRoles, in: .decidedByHandler),
            inputs: Path("roleId", .identifier, "The role."),
            Query("inherited", .boolean, default: false, "Whether roles that inherit it count as it."),
            Query("branchId", .identifier, "Only in this branch."),
            AsOf(),
            Paging(default: 100),
            outputs: .listing(.userRoles, "The assignments in their order.")
        ) { context, role, inherited, branch, asOf, page in
            let answer = try await access.getRoleUsers(
                role,
                inherited: inherited,
                branches: try await readable(branch, access, context),
                asOf: AccessMoment(asOf, page.after),
                after: page.after?.position ?? -1,
                limit: page.limit + 1
            )
            return .listing(answer, .userRoles, page: page, context, key: { _ in "" }) { $0.assignedPosition }
        }
    }

    /// The branches of which assignments are shown: the one that is named, or all in which the reader may see who has
    /// which role; nil for all there are.
    package static func readable(
        _ branch: String?,
        _ access: AccessService,
        _ context: RequestContext
    ) async throws -> [String]? {
        if let branch {
            try await context.require(BuiltInPermission.readUserRoles.name, in: BranchScope(place: branch))
            return [branch]
        }
        try await context.leaveDecision(.readUserRoles)
        return try await access.branches(where: context.command(), has: .readUserRoles).map(Array.init)
    }
}
