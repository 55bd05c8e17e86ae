package import EventStore
import Events
import Time

/// A schedule that is to be set.
package struct ExportScheduleOrder: Sendable, Hashable {
    /// The schedule; one of the same name is replaced.
    package var scheduleID: String
    /// What is made.
    package var order: ExportOrder
    /// When.
    package var cadence: ExportCadence
    /// The days that each is about.
    package var period: ExportPeriod?

    /// A schedule.
    package init(_ scheduleID: String, _ order: ExportOrder, _ cadence: ExportCadence, period: ExportPeriod? = nil) {
        self.scheduleID = scheduleID
        self.order = order
        self.cadence = cadence
        self.period = period
    }
}

extension ExportService {
    /// The schedules that somebody may see. The plan's getEmailSchedules.
    package func schedules(for user: String, rights: ExportRights) async throws -> [ExportSchedule] {
        try await history.schedules(sight: sight(of: user, rights)).map { schedule in
            var schedule = schedule
            if schedule.ownerID != user { schedule.order = schedule.order.withoutPersonal }
            return schedule
        }
    }

    /// Sets a schedule. The plan's scheduleEmailReport.
    ///
    /// - Parameter rights: those of the author, now. Each export is made with those of its own moment.
    package func schedule(
        _ wish: ExportScheduleOrder,
        by author: Author,
        rights: ExportRights
    ) async throws -> Receipt {
        var problems = wish.cadence.problems
        var order = wish.order
        if order.moment != .turn { problems.append(.init("/asOf", "Each export is of its own moment; leave it out.")) }
        if wish.period != nil {
            if order.from != nil || order.to != nil {
                problems.append(.init("/period", "The range of days is said already; leave one of them out."))
            }
            (order.from, order.to) = (CalendarDay(of: clock()), CalendarDay(of: clock()))
        }
        do {
            _ = try await check(order, rights)
        } catch let error as ExportError {
            guard case .invalid(let found) = error.code else { throw error }
            problems += found
        }
        guard problems.isEmpty else { throw ExportError(problems: problems) }
        if let known = try await history.schedules(id: wish.scheduleID).first, known.ownerID != author.id {
            try Self.requireManaging(known, rights)
        }
        guard let report = try await report(order.report) else {
            throw ExportError(.notFound, "There is no report of that name.")
        }
        return try await append(
            wish.event(owner: author.id, report),
            to: Stream.schedule(wish.scheduleID),
            branch: order.branchID ?? ExportOrder.institution,
            by: author
        )
    }

    /// Ends a schedule.
    package func cancelSchedule(_ id: String, by author: Author, rights: ExportRights) async throws -> Receipt {
        let found = try await history.schedules(id: id, sight: sight(of: author.id, rights)).first
        guard let schedule = found else { throw ExportError(.notFound, "There is no schedule of that name.") }
        if schedule.ownerID != author.id { try Self.requireManaging(schedule, rights) }
        return try await append(
            Events.Exports.ScheduleCancelled(scheduleID: id),
            to: Stream.schedule(id),
            branch: schedule.order.branchID ?? ExportOrder.institution,
            by: author
        )
    }

    private static func requireManaging(_ schedule: ExportSchedule, _ rights: ExportRights) throws(ExportError) {
        guard rights.holds(managePermission, in: schedule.order.branchID) else {
            throw ExportError(
                .forbidden(permission: managePermission, branch: schedule.order.branchID),
                "A schedule of this name is somebody else's. To change it takes the permission “\(managePermission)”."
            )
        }
    }
}

extension ExportScheduleOrder {
    fileprivate func event(owner: String, _ report: ExportReport) -> Events.Exports.Scheduled {
        var filters = order.filters
        if period == nil, let day = report.day {
            if let from = order.from { filters.append(.init(day, .from, from.text)) }
            if let to = order.to { filters.append(.init(day, .to, to.text)) }
        }
        let personal = Set(report.columns.filter(\.isPersonal).map(\.name))
        let open = filters.filter { !personal.contains($0.column) }
        let closed = filters.filter { personal.contains($0.column) }
        return Events.Exports.Scheduled(
            scheduleID: scheduleID,
            branchID: order.branchID ?? ExportOrder.institution,
            ownerID: owner,
            report: order.report,
            format: .init(rawValue: order.format.rawValue) ?? .csv,
            columns: order.columns,
            filters: open.isEmpty
                ? nil
                : open.map {
                    .init(column: $0.column, relation: .init(rawValue: $0.relation.rawValue) ?? .equal, value: $0.value)
                },
            sort: order.sort,
            locale: order.locale,
            zone: order.zone,
            bom: order.hasByteOrderMark ? true : nil,
            fileName: order.fileName ?? report.name,
            frequency: .init(rawValue: cadence.frequency.rawValue) ?? .monthly,
            time: cadence.time,
            weekday: cadence.weekday.map(Int64.init),
            day: cadence.day.map(Int64.init),
            cron: cadence.cron,
            period: period.flatMap { .init(rawValue: $0.rawValue) },
            keepDays: order.keepDays.map(Int64.init),
            personalFilters: closed.isEmpty
                ? nil
                : closed.map {
                    .init(column: $0.column, relation: .init(rawValue: $0.relation.rawValue) ?? .equal, value: $0.value)
                },
            recipients: order.recipients.isEmpty ? nil : order.recipients
        )
    }
}
