import Access
import EventStore
import Exports
import HTTPTypes
import JSON

extension Endpoint {
    /// When exports are made.
    static func exportSchedules(_ access: ExportAccess) -> [Endpoint] {
        [setExportSchedule(access), listExportSchedules(access), cancelExportSchedule(access)]
    }

    /// `POST /exports/schedule`: the plan's scheduleEmailReport.
    private static func setExportSchedule(_ access: ExportAccess) -> Endpoint {
        Endpoint(
            .post,
            "/exports/schedule",
            "Schedule exports",
            details: """
                By the clock of a time zone: a time that is skipped in spring is due when it has been, one that comes \
                twice in autumn the first time. Times that were missed, because no server ran, are made up for by one \
                export. Each is made with the rights that its owner has then.
                """,
            tag: "exports",
            access: .permission(BuiltInPermission.createExports.name, in: .decidedByHandler),
            inputs: IdempotencyHeader(),
            JSONBody(ExportScheduleToSet.self),
            outputs: .json(.ok, .receipt, "It holds; one of the same name does not any more."),
            problems: .exportTooLarge,
            .idempotencyKeyReused,
            .unavailable
        ) { context, key, body in
            try await context.require(
                BuiltInPermission.createExports.name,
                in: body.wish.order.branchID.map { .branch($0) } ?? .anywhere
            )
            return .receipt(
                try await access.service.schedule(body.wish, by: Author(context, key), rights: access.rights(context))
            )
        }
    }

    /// `GET /exports/schedule`: the plan's getEmailSchedules.
    private static func listExportSchedules(_ access: ExportAccess) -> Endpoint {
        Endpoint(
            .get,
            "/exports/schedule",
            "List the schedules of exports",
            details: "One's own, and with `exports:read` those of others.",
            tag: "exports",
            access: .signedIn,
            mayBeKept: false,
            outputs: .json(.ok, .object(.required("items", .array(of: .anyObject))), "Those that hold."),
            problems: .unavailable
        ) { context in
            let schedules = try await access.service.schedules(for: context.actor, rights: access.rights(context))
            return .json { json in
                json.object { json in
                    json.member(
                        "items",
                        array: { json in for schedule in schedules { json.object { schedule.write(to: &$0) } } }
                    )
                }
            }
        }
    }

    /// `DELETE /exports/schedule/{scheduleId}`.
    private static func cancelExportSchedule(_ access: ExportAccess) -> Endpoint {
        Endpoint(
            .delete,
            "/exports/schedule/{scheduleId}",
            "End a schedule of exports",
            tag: "exports",
            access: .signedIn,
            inputs: Path("scheduleId", .text(1...64), "The schedule."),
            IdempotencyHeader(),
            outputs: .json(.ok, .receipt, "No more exports are made by it."),
            problems: .notFound,
            .forbidden,
            .idempotencyKeyReused,
            .unavailable
        ) { context, id, key in
            .receipt(
                try await access.service.cancelSchedule(id, by: Author(context, key), rights: access.rights(context))
            )
        }
    }
}
