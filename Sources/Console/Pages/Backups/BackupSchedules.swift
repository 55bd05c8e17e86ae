import Access
import Backups
import EventStore
import HTTPAPI
import JSON

extension ConsoleSite {
    /// When backups are made by themselves.
    var backupSchedulePages: [Endpoint] { [backupSchedules, setBackupSchedule, cancelBackupSchedule] }

    /// `GET /console/backups/schedules`: those that hold, and the form for another.
    private var backupSchedules: Endpoint {
        Endpoint(
            .get,
            "/console/backups/schedules",
            "Show the schedules of backups",
            tag: "console",
            access: .permission(BuiltInPermission.readBackups.name),
            mayBeKept: false,
            inputs: RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, head in try await show(BackupScheduleForm(), context, head) }
    }

    /// `POST /console/backups/schedules`: sets one; one of the same name holds no more.
    private var setBackupSchedule: Endpoint {
        Endpoint(
            .post,
            "/console/backups/schedules",
            "Set a schedule of backups",
            tag: "console",
            access: .permission(BuiltInPermission.manageBackups.name),
            inputs: FormBody(["form"] + BackupScheduleForm.fields),
            RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, filled, head in
            try checkForm(filled, head)
            let form = BackupScheduleForm(filled)
            do {
                _ = try await parts.backups.schedule(try form.order(), by: Author(context))
            } catch let error as JSONDecodingError {
                return try await show(form, context, head, refusals: BackupScheduleForm.refusals(error))
            } catch let error as BackupError where error.kind == .invalid || error.kind == .notFound {
                return try await show(form, context, head, refusals: [error.message])
            }
            return PageReply.seeOther(ConsolePaths.backupSchedules)
        }
    }

    /// `POST /console/backups/schedules/cancel`: ends one.
    private var cancelBackupSchedule: Endpoint {
        Endpoint(
            .post,
            "/console/backups/schedules/cancel",
            "End a schedule of backups",
            tag: "console",
            access: .permission(BuiltInPermission.manageBackups.name),
            inputs: FormBody("form", "schedule"),
            RequestHead(),
            outputs: .page,
            problems: .notFound,
            .unavailable
        ) { [self] context, form, head in
            try checkForm(form, head)
            _ = try await parts.backups.cancelSchedule(form["schedule"] ?? "", by: Author(context))
            return PageReply.seeOther(ConsolePaths.backupSchedules)
        }
    }

    private func show(
        _ form: BackupScheduleForm,
        _ context: RequestContext,
        _ head: RequestHead.Value,
        refusals: [String] = []
    ) async throws -> Reply {
        let schedules = try await parts.backups.schedules()
        var values = form.values(repositories: parts.backups.repositories.map(\.name))
        values["schedules"] = schedules.map(Self.line)
        values["isEmpty"] = schedules.isEmpty
        values["mayManage"] = Navigation(parts).holds([.manageBackups], context)
        values["refusals"] = refusals
        values["isRefused"] = !refusals.isEmpty
        var reply = try await page(
            "backup-schedules",
            values,
            at: "backups",
            context,
            head,
            address: ConsolePaths.backupSchedules
        )
        if !refusals.isEmpty { reply.status = .unprocessableContent }
        return reply
    }

    private static func line(_ schedule: BackupSchedule) -> [String: Any] {
        [
            "name": schedule.scheduleID, "repository": schedule.repository, "rhythm": schedule.rhythm,
            "kind": schedule.kind == .full ? "all of the log" : "what came since the newest",
            "keeps": schedule.retention.map { $0.words as Any } ?? false,
            "next": schedule.rests ? false : Figure.moment(schedule.nextAt) as Any,
            "nextTime": schedule.nextAt.rfc3339,
            "lastAt": schedule.lastAt.map { Figure.moment($0) as Any } ?? false,
            "by": schedule.scheduledBy,
        ]
    }
}

extension BackupSchedule {
    /// How often, as a person says it.
    fileprivate var rhythm: String {
        let clock = [minutes / 60, minutes % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
        let days = ["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"]
        return switch frequency {
        case .continuous: "every \(seconds) s"
        case .hourly: "every hour, \(minutes % 60) minutes past"
        case .daily: "every day at \(clock), \(zone)"
        case .weekly: "on \(days[(weekday - 1) % 7]) at \(clock), \(zone)"
        case .monthly: "on day \(day) of the month at \(clock), \(zone)"
        }
    }
}

extension BackupRetention {
    /// Which backups are kept, as a person says it.
    fileprivate var words: String {
        [
            (last, "the newest"), (days, "of days:"), (daily, "daily:"), (weekly, "weekly:"), (monthly, "monthly:"),
            (yearly, "yearly:"),
        ].compactMap { count, label in count.map { "\(label) \($0)" } }.joined(separator: ", ")
    }
}
