import Access
package import Audit
import Time

extension Endpoint {
    /// The history: queries, trails, and the queries that people save.
    package static func audit(_ audit: AuditService, _ access: HistoryAccess) -> [Endpoint] {
        [auditEvents(audit, access), auditTrail(audit, access)] + savedSearches(audit)
    }

    /// `GET /audit/events`: what was done, newest first.
    private static func auditEvents(_ audit: AuditService, _ access: HistoryAccess) -> Endpoint {
        let permission = BuiltInPermission.readEvents
        return Endpoint(
            .get,
            "/audit/events",
            "Query the history",
            details: """
                Newest first, as the reader may see it: of the branches for which the reader holds the permission, and \
                of the types of events that the reader may read. JSON comes in pages; NDJSON and CSV are the whole \
                history that fits, unless `limit` is given. That the history was read is recorded before it is shown.
                """,
            tag: "audit",
            access: .permission(permission.name, in: .decidedByHandler),
            routeClass: .audit,
            mayBeKept: false,
            inputs: AuditQuery(),
            AsOf(),
            AuditPaging(),
            outputs: .listing(.auditEntries, "The history."),
            problems: .unavailable
        ) { context, filter, asOf, paging in
            try await context.require(permission.name, in: .history(filter.branch))
            let reader = try await access.reader(permission, context)
            let after = paging.page.after
            let moment = AuditMoment(asOf, cursor: after)
            if context.format != .json, !paging.hasLimit {
                let export = try await audit.export(filter, asOf: moment, below: after?.position, by: reader)
                return .listing(
                    streaming: export.pages,
                    .auditEntries,
                    position: Reply.position(ofSize: export.size),
                    context
                )
            }
            let page = try await audit.events(
                filter,
                asOf: moment,
                below: after?.position,
                limit: paging.page.limit,
                by: reader
            )
            return .listing(
                page.lines,
                .auditEntries,
                page: paging.page,
                next: page.next.map { PageCursor(position: $0, asOf: page.size) },
                position: Reply.position(ofSize: page.size),
                context
            )
        }
    }

    /// `GET /audit/trail/{resourceType}/{resourceId}`: one thing through time.
    private static func auditTrail(_ audit: AuditService, _ access: HistoryAccess) -> Endpoint {
        let permission = BuiltInPermission.readTrails
        return Endpoint(
            .get,
            "/audit/trail/{resourceType}/{resourceId}",
            "Read the trail of one thing",
            details: """
                What happened to a role, permission, user, token or a thing of another system, newest first, with the \
                thing before and after each event. That the trail was read is recorded before it is shown.
                """,
            tag: "audit",
            access: .permission(permission.name, in: .decidedByHandler),
            routeClass: .audit,
            mayBeKept: false,
            inputs: Path("resourceType", .identifier, "The kind of thing: role, permission, user, token…"),
            Path("resourceId", .identifier, "The thing."),
            AsOf(),
            Paging(default: 50, maximum: 500),
            outputs: .listing(.auditChanges, "The trail."),
            problems: .notFound,
            .unavailable
        ) { context, resource, id, asOf, page in
            try await context.require(permission.name, in: .anywhere)
            let trail = try await audit.trail(
                of: resource,
                id,
                asOf: AuditMoment(asOf, cursor: page.after),
                below: page.after?.position,
                limit: page.limit,
                by: try await access.reader(permission, context)
            )
            return .listing(
                trail.lines,
                .auditChanges,
                page: page,
                next: trail.next.map { PageCursor(position: $0, asOf: trail.size) },
                position: Reply.position(ofSize: trail.size),
                context
            )
        }
    }
}

extension AuditMoment {
    /// The moment of a list: that of its first page, once there was one.
    package init(_ asOf: Moment?, cursor: PageCursor?) {
        if let size = cursor?.asOf {
            self = .size(size)
            return
        }
        switch asOf {
        case .position(let position): self = .position(position)
        case .time(let time): self = .time(time)
        case nil: self = .now
        }
    }
}

extension BranchScope {
    /// Where a permission to read history has to hold: in the branch that is asked for, else in any, since then what
    /// is shown is limited to the branches where it does.
    package static func history(_ branch: String?) -> BranchScope {
        switch branch {
        case nil: .anywhere
        case "institution": .institution
        case .some(let branch): .branch(branch)
        }
    }
}

extension Reply {
    /// The position that an answer comes from which takes the first `size` events into account: the last of them, so
    /// that `asOf` that position gives the same answer.
    static func position(ofSize size: Int64) -> Int64? {
        size > 0 ? size - 1 : nil
    }
}
