import Access

extension Endpoint {
    /// `GET /rbac/audit-logs?userId=X`: the access log.
    static func accessLogs(_ access: AccessService) -> Endpoint {
        Endpoint(
            .get,
            "/rbac/audit-logs",
            "Read the access log",
            details: """
                Decisions, logged accesses and, for whoever may read the history, changes of access; newest first, of the \
                branches in which the reader may see them. That it was read is recorded before it is shown.
                """,
            tag: "rbac",
            access: .permission(.readAccessLogs, in: .decidedByHandler),
            routeClass: .audit,
            mayBeKept: false,
            inputs: Query("userId", .identifier, "Only what this user did, or what is about this user."),
            Query("from", .timestamp, "Not before this time."),
            Query("to", .timestamp, "Not after this time."),
            AsOf(),
            Paging(default: 100),
            outputs: .listing(.accessLog, "The entries."),
            problems: .unavailable
        ) { context, user, from, to, asOf, page in
            try await context.leaveDecision(.readAccessLogs)
            if let from, let to, to < from { throw Problem.parameter(.query, "to", "lies before from.") }
            let query = AccessLogQuery(
                userID: user,
                from: from,
                to: to,
                below: page.after.map { ($0.position, Int32($0.key) ?? 0) },
                limit: page.limit + 1
            )
            let answer = try await access.getAccessLogs(
                query,
                asOf: AccessMoment(asOf, page.after),
                from: (context.clientAddress, context.userAgent),
                context.command()
            )
            return .listing(answer, .accessLog, page: page, context, key: { String($0.nth) }) { $0.position }
        }
    }
}
