import Access
import Time

extension Endpoint {
    /// Ends of assignments.
    static func renewals(_ access: AccessService) -> [Endpoint] {
        [renewRole(access), listExpiring(access)]
    }

    /// `PATCH /rbac/users/{userId}/roles/{roleId}`: gives an assignment another end.
    private static func renewRole(_ access: AccessService) -> Endpoint {
        Endpoint(
            .patch,
            "/rbac/users/{userId}/roles/{roleId}",
            "Give an assignment another end",
            details:
                "Later or earlier, or none: `expiresAt` is null then. Nobody renews for longer than they hold it all.",
            tag: "rbac",
            access: .permission(.renewRoles, in: .decidedByHandler),
            inputs: Path("userId", .identifier, "The user."),
            Path("roleId", .identifier, "The role."),
            IdempotencyHeader(),
            JSONBody(RoleRenewal.self),
            outputs: .json(.ok, .commanded("userRole", Columns.userRoles.schema), "The assignment as it is now."),
            problems: .notFound,
            .escalation,
            .separationOfDuty,
            .prerequisite,
            .lastAdministrator,
            .idempotencyKeyReused,
            .unavailable
        ) { context, user, role, key, body in
            try await context.leaveDecision(.renewRoles)
            let command = RenewRole(userID: user, roleID: role, branch: body.branchID, expiresAt: body.expiresAt)
            let outcome = try await access.renewRole(command, context.command(key))
            if let renewed = outcome.assignment(by: .user(context.actor)) {
                return .commanded(.ok, outcome, "userRole", renewed, .userRoles)
            }
            return .commanded(.ok, outcome)
        }
    }

    /// `GET /rbac/expiring`: lists assignments that end soon.
    private static func listExpiring(_ access: AccessService) -> Endpoint {
        Endpoint(
            .get,
            "/rbac/expiring",
            "List assignments that end soon",
            details: "The first to end first, in the branches in which the reader may see who has which role.",
            tag: "rbac",
            access: .permission(.readUserRoles, in: .decidedByHandler),
            inputs: Query("until", .timestamp, "Up to when; thirty days from now if left out."),
            Query("branchId", .identifier, "Only in this branch."),
            AsOf(),
            Paging(default: 100),
            outputs: .listing(.userRoles, "The assignments.")
        ) { context, until, branch, asOf, page in
            let branches = try await readable(branch, access, context)
            let after = page.after.flatMap { cursor in
                Int64(cursor.key).map { (expiresAt: Timestamp(microseconds: $0), position: cursor.position) }
            }
            let answer = try await access.getExpiring(
                by: until ?? context.now.advanced(by: .seconds(30 * 86_400)),
                branches: branches,
                asOf: AccessMoment(asOf, page.after),
                after: after,
                limit: page.limit + 1
            )
            return .listing(
                answer,
                .userRoles,
                page: page,
                context,
                key: { String($0.expiresAt?.microseconds ?? 0) },
                position: { $0.assignedPosition }
            )
        }
    }
}
