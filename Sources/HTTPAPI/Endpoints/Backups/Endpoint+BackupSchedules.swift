import Access
import Backups
import EventStore
import HTTPTypes
import JSON

extension Endpoint {
    /// When backups are made.
    static func backupSchedules(_ access: BackupAccess) -> [Endpoint] {
        [scheduleBackups(access), listSchedules(access), cancelSchedule(access)]
    }

    /// `POST /backups/schedule`.
    private static func scheduleBackups(_ access: BackupAccess) -> Endpoint {
        Endpoint(
            .post,
            "/backups/schedule",
            "Schedule backups",
            details: """
                By the clock of a time zone: a time that is skipped in spring is due when it has been, one that comes \
                twice in autumn the first time. A time that was missed, because no server ran, is made up for once.
                """,
            tag: "backups",
            access: .permission(BuiltInPermission.manageBackups.name),
            inputs: IdempotencyHeader(),
            JSONBody(ScheduleToSet.self),
            outputs: .json(.ok, .receipt, "It holds; one of the same name does not any more."),
            problems: .notFound,
            .idempotencyKeyReused,
            .unavailable
        ) { context, key, body in
            .receipt(try await access.backups.schedule(body.order, by: Author(context, key)))
        }
    }

    /// `GET /backups/schedule`.
    private static func listSchedules(_ access: BackupAccess) -> Endpoint {
        Endpoint(
            .get,
            "/backups/schedule",
            "List the schedules of backups",
            tag: "backups",
            access: .permission(BuiltInPermission.readBackups.name),
            outputs: .json(.ok, .object(.required("items", .array(of: .anyObject))), "Those that hold."),
            problems: .unavailable
        ) { _ in
            let schedules = try await access.backups.schedules()
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

    /// `DELETE /backups/schedule/{scheduleId}`.
    private static func cancelSchedule(_ access: BackupAccess) -> Endpoint {
        Endpoint(
            .delete,
            "/backups/schedule/{scheduleId}",
            "End a schedule of backups",
            tag: "backups",
            access: .permission(BuiltInPermission.manageBackups.name),
            inputs: Path("scheduleId", .text(1...64), "The schedule."),
            IdempotencyHeader(),
            outputs: .json(.ok, .receipt, "No more backups are made by it."),
            problems: .notFound,
            .idempotencyKeyReused,
            .unavailable
        ) { context, id, key in
            .receipt(try await access.backups.cancelSchedule(id, by: Author(context, key)))
        }
    }
}
