import Access
import JSON

extension Endpoint {
    /// Reviews of access.
    static func reviews(_ access: AccessService) -> [Endpoint] {
        [reviewChanges(access), reviewDormant(access), reviewViolations(access)]
    }

    /// `GET /rbac/reviews/changes`: who gained, kept and lost what.
    private static func reviewChanges(_ access: AccessService) -> Endpoint {
        Endpoint(
            .get,
            "/rbac/reviews/changes",
            "Review who gained, kept and lost what between two moments",
            details: """
                The whole of it, by user, in each branch in which they have a role at one of the moments. Permissions are \
                those that they have there by whatever gives them, roles in the whole institution among it. That it was \
                asked for is recorded before anything is shown.
                """,
            tag: "rbac",
            access: .permission(.reviewAccess, in: .decidedByHandler),
            routeClass: .audit,
            inputs: Query(required: "from", .moment, "The earlier moment."),
            Query("to", .moment, "The later moment; now if left out."),
            Query("level", .reviewLevel, default: .roles, "Of roles or of permissions."),
            Query("branchId", .identifier, "Only in this branch; institution for what was given in the whole."),
            outputs: .listing(.changes, "The changes."),
            problems: .unavailable
        ) { context, from, to, level, branch in
            try await context.leaveDecision(.reviewAccess)
            let review = try await access.reviewChanges(
                from: AccessMoment(from),
                to: AccessMoment(to),
                level: level,
                branchID: branch,
                context.command()
            )
            return .listing(
                streaming: review.batches,
                .changes,
                position: Reply.position(ofSize: review.size),
                context
            )
        }
    }

    /// `GET /rbac/reviews/dormant`: grants that nobody uses.
    private static func reviewDormant(_ access: AccessService) -> Endpoint {
        Endpoint(
            .get,
            "/rbac/reviews/dormant",
            "Review grants of which nothing was used",
            details: """
                Of which nothing was allowed to their users since a time, as the decision log has it: commands and checks, \
                and not what was read, so that a grant that only lets read is among them. The whole of it, by user. That it \
                was asked for is recorded before anything is shown.
                """,
            tag: "rbac",
            access: .permission(.reviewAccess, in: .decidedByHandler),
            routeClass: .audit,
            inputs: Query(required: "since", .timestamp, "Since when."),
            Query("branchId", .identifier, "Only in this branch; institution for what was given in the whole."),
            outputs: .listing(.dormant, "The grants."),
            problems: .unavailable
        ) { context, since, branch in
            try await context.leaveDecision(.reviewAccess)
            let review = try await access.reviewDormant(since: since, branchID: branch, context.command())
            return .listing(
                streaming: review.batches,
                .dormant,
                position: Reply.position(ofSize: review.size),
                context
            )
        }
    }

    /// `GET /rbac/reviews/violations`: what breaks the rules.
    private static func reviewViolations(_ access: AccessService) -> Endpoint {
        Endpoint(
            .get,
            "/rbac/reviews/violations",
            "Review what breaks the rules of access",
            details: """
                Duties in one hand that are to be kept separate, roles without what they require, roles that more have than \
                may. Commands refuse to bring these about; a restore or an expiry may.
                """,
            tag: "rbac",
            access: .permission(.reviewAccess, in: .decidedByHandler),
            routeClass: .audit,
            inputs: Query("branchId", .identifier, "Only in this branch; institution for what was given in the whole."),
            AsOf(),
            outputs: .listing(.violations, "The violations."),
            problems: .unavailable
        ) { context, branch, asOf in
            try await context.leaveDecision(.reviewAccess)
            let answer = try await access.reviewViolations(
                asOf: AccessMoment(asOf),
                branchID: branch,
                context.command()
            )
            let rows = answer.value
            return .listing(
                streaming: AsyncStream { continuation in
                    continuation.yield(rows)
                    continuation.finish()
                },
                .violations,
                position: Reply.position(ofSize: answer.size),
                context
            )
        }
    }
}

extension ValueFormat where Value == ReviewedChange.Level {
    fileprivate static let reviewLevel = ValueFormat(
        .string().described("roles or permissions")
    ) { text throws(ValueFormatError) in
        guard let level = ReviewedChange.Level(rawValue: text) else {
            throw ValueFormatError("is to be roles or permissions.")
        }
        return level
    }
}

extension Columns<ReviewedChange> {
    fileprivate static let changes = Columns(
        "ReviewedChange",
        .init("userId", .identifier) { .string($0.userID) },
        .init("branchId", .identifier) { .string($0.branchID) },
        .init("change", .string().described("gained, kept or lost")) { .string($0.change.rawValue) },
        .init("what", .string().described("The role's id, or the permission's name")) { .string($0.what) }
    )
}

extension Columns<DormantGrant> {
    fileprivate static let dormant = Columns(
        "DormantGrant",
        .init("userId", .identifier) { .string($0.userID) },
        .init("roleId", .identifier) { .string($0.roleID) },
        .init("branchId", .identifier) { .string($0.branchID) },
        .init("lastUsedAt", .timestamp.described("Missing where never")) { .optional($0.lastUsedAt) }
    )
}

extension Columns<RuleViolation> {
    fileprivate static let violations = Columns(
        "RuleViolation",
        .init("rule", .string().described("separation, prerequisite or cardinality")) { .string($0.rule.rawValue) },
        .init("ruleId", .identifier.described("The separation or the role")) { .string($0.ruleID) },
        .init("userId", .identifier) { .optional($0.userID) },
        .init("branchId", .identifier) { .string($0.branchID) },
        .init("roleIds", .array(of: .identifier)) { row in
            var writer = JSONWriter()
            writer.value(row.roleIDs)
            return .json(writer.bytes)
        }
    )
}
