package import EventStore
import Events
import Foundation
import Time

/// A schedule that is to be set.
package struct ScheduleOrder: Sendable, Hashable {
    /// The schedule; one of the same name is replaced.
    package var scheduleID: String
    /// What is made.
    package var kind: BackupManifest.Kind
    /// Where; the usual repository if nil.
    package var repository: String?
    /// How often.
    package var frequency: BackupSchedule.Frequency
    /// `02:30`; of an hour the minutes count alone.
    package var time: String?
    /// 1 for Monday.
    package var weekday: Int?
    /// Of the month.
    package var day: Int?
    /// Between two, if continuous.
    package var seconds: Int?
    /// The IANA time zone.
    package var zone = "UTC"
    /// Which are kept.
    package var retention = BackupRetention()

    /// A schedule.
    package init(_ scheduleID: String, _ kind: BackupManifest.Kind, _ frequency: BackupSchedule.Frequency) {
        self.scheduleID = scheduleID
        self.kind = kind
        self.frequency = frequency
    }
}

extension BackupService {
    /// The schedules that hold. The plan's getBackupSchedules.
    package func schedules() async throws -> [BackupSchedule] { try await history.schedules() }

    /// Sets a schedule. The plan's scheduleBackup.
    package func schedule(_ order: ScheduleOrder, by author: Author) async throws -> Receipt {
        if let receipt = try await earlier(author) { return receipt }
        let storage = try repository(order.repository)
        try Self.check(order)
        let keep = order.retention
        return try await append(
            Events.Backups.Scheduled(
                scheduleID: order.scheduleID,
                kind: order.kind == .full ? .full : .incremental,
                repository: storage.name,
                frequency: order.frequency,
                time: order.time,
                weekday: order.weekday.map(Int64.init),
                day: order.day.map(Int64.init),
                seconds: order.seconds.map(Int64.init),
                zone: order.zone,
                keepLast: keep.last.map(Int64.init),
                keepDays: keep.days.map(Int64.init),
                keepDaily: keep.daily.map(Int64.init),
                keepWeekly: keep.weekly.map(Int64.init),
                keepMonthly: keep.monthly.map(Int64.init),
                keepYearly: keep.yearly.map(Int64.init)
            ),
            by: author
        )
    }

    /// Ends a schedule. The plan's cancelScheduledBackup.
    package func cancelSchedule(_ id: String, by author: Author) async throws -> Receipt {
        if let receipt = try await earlier(author) { return receipt }
        guard try await schedules().contains(where: { $0.scheduleID == id }) else {
            throw BackupError(.notFound, "There is no schedule of that name.")
        }
        return try await append(Events.Backups.ScheduleCancelled(scheduleID: id), by: author)
    }

    private static func check(_ order: ScheduleOrder) throws {
        try order.retention.check()
        guard TimeZone(identifier: order.zone) != nil else {
            throw BackupError(.invalid, "\(order.zone) is no IANA time zone.")
        }
        if let time = order.time, BackupSchedule.minutes(time) == nil {
            throw BackupError(.invalid, "The time has to be like 02:30.")
        }
        let isContinuous = order.frequency == .continuous
        guard isContinuous == (order.seconds != nil), isContinuous == (order.time == nil),
            (order.frequency == .weekly) == (order.weekday != nil), (order.frequency == .monthly) == (order.day != nil),
            (1...7).contains(order.weekday ?? 1), (1...31).contains(order.day ?? 1),
            (1...86_400).contains(order.seconds ?? 1)
        else {
            throw BackupError(
                .invalid,
                "A continuous schedule has seconds; all others a time, a weekly one a weekday (1–7), a monthly one a day (1–31)."
            )
        }
    }
}
