import Access
import Audit
import JSON
import Time

extension Endpoint {
    /// The audit history by the plan's names: the trail of one thing, and a report over a stretch of time.
    static func auditReports(_ access: LogsAccess) -> [Endpoint] {
        [auditTrail(access), auditReport(access)]
    }

    /// `GET /logs/audit-trail`: the same answer as `/audit/trail/{resourceType}/{resourceId}`.
    private static func auditTrail(_ access: LogsAccess) -> Endpoint {
        let permission = BuiltInPermission.readTrails
        return Endpoint(
            .get,
            "/logs/audit-trail",
            "Read the trail of one thing",
            details: "As `/audit/trail/{resourceType}/{resourceId}`. That it was read is recorded before it is shown.",
            tag: "logs",
            access: .permission(permission.name, in: .decidedByHandler),
            routeClass: .audit,
            mayBeKept: false,
            inputs: Query(required: "resourceType", .identifier, "The kind of thing: role, permission, user, token…"),
            Query(required: "resourceId", .identifier, "The thing."),
            AsOf(),
            Paging(default: 50, maximum: 500),
            outputs: .listing(.auditChanges, "The trail."),
            problems: .notFound,
            .unavailable
        ) { context, resource, id, asOf, page in
            try await context.require(permission.name, in: .anywhere)
            let trail = try await access.audit.trail(
                of: resource,
                id,
                asOf: AuditMoment(asOf, cursor: page.after),
                below: page.after?.position,
                limit: page.limit,
                by: try await access.history.reader(permission, context)
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

    /// `GET /logs/audit-report`: what was done, counted.
    private static func auditReport(_ access: LogsAccess) -> Endpoint {
        let permission = BuiltInPermission.readAuditReports
        let counts = Schema.array(of: .object(.required("key", .string()), .required("count", .integer())))
        return Endpoint(
            .get,
            "/logs/audit-report",
            "Report on the history of a stretch of time",
            details: """
                Counts of what the reader may see: by day all of them, by all else the hundred most frequent. That it was \
                read is recorded before it is shown.
                """,
            tag: "logs",
            access: .permission(permission.name, in: .decidedByHandler),
            routeClass: .audit,
            mayBeKept: false,
            inputs: Query(required: "from", .timestamp, "The beginning."),
            Query("to", .timestamp, "The end; now where left out."),
            AsOf(),
            outputs: .json(
                .ok,
                .object(
                    .required("from", .timestamp),
                    .required("to", .timestamp),
                    .required("fromPosition", .integer()),
                    .required("belowPosition", .integer()),
                    .required("total", .integer()),
                    .required("types", counts.described("The hundred most frequent")),
                    .required("actors", counts.described("The hundred most frequent")),
                    .required("resources", counts.described("The hundred most frequent")),
                    .required("statuses", counts.described("The hundred most frequent")),
                    .required("branches", counts.described("The hundred most frequent")),
                    .required("days", counts.described("Each day (UTC) on which there was something, oldest first"))
                ),
                "The report."
            ),
            problems: .unavailable
        ) { context, from, to, asOf in
            try await context.require(permission.name, in: .anywhere)
            let end = to ?? context.now
            guard from < end else { throw Problem.parameter(.query, "to", "does not lie after from.") }
            let (report, size) = try await access.audit.report(
                from: from,
                to: end,
                asOf: AuditMoment(asOf, cursor: nil),
                by: try await access.history.reader(permission, context)
            )
            return .json(position: Reply.position(ofSize: size)) {
                $0.object { writer in
                    writer.member("from", from)
                    writer.member("to", end)
                    writer.member("fromPosition", report.positions.lowerBound)
                    writer.member("belowPosition", report.positions.upperBound)
                    writer.member("total", report.total)
                    write(report.types, as: "types", to: &writer)
                    write(report.actors, as: "actors", to: &writer)
                    write(report.resources, as: "resources", to: &writer)
                    write(report.statuses, as: "statuses", to: &writer)
                    write(report.branches, as: "branches", to: &writer)
                    write(report.days, as: "days", to: &writer)
                }
            }
        }
    }

    private static func write(_ counts: [AuditReport.Count], as name: String, to writer: inout JSONWriter) {
        writer.member(
            name,
            array: { writer in
                for count in counts {
                    writer.object { writer in
                        writer.member("key", count.key)
                        writer.member("count", count.count)
                    }
                }
            }
        )
    }
}
