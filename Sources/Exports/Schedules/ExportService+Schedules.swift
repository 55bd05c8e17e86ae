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
        if let receipt = try await earlier(author) { return receipt }
        return try await append(to: Stream.schedule(wish.scheduleID), by: author) {
            let known = try await history.schedules(id: wish.scheduleID).first
            if let known, known.ownerID != author.id { try Self.requireManaging(known, rights) }
            try await refuseTooManySchedules(of: author.id, beside: wish.scheduleID)
            let (order, report) = try await check(wish, rights)
            return NewEvent(
                wish.event(owner: author.id, report, roles: rights.roles),
                branch: order.branchID ?? ExportOrder.institution
            )
        }
    }

    private func refuseTooManySchedules(of owner: String, beside id: String) async throws {
        let others = try await history.schedules(sight: .init(owner: owner, branches: []))
        guard others.count(where: { $0.scheduleID != id }) < settings.schedulesPerOwner else {
            throw ExportError(.tooMany, "At most \(settings.schedulesPerOwner) schedules may be yours. End some.")
        }
    }

    /// Refuses a schedule of which nothing could be made, or too often.
    private func check(
        _ wish: ExportScheduleOrder,
        _ rights: ExportRights
    ) async throws -> (order: ExportOrder, report: ExportReport) {
        var problems = wish.cadence.problems(leastMinutesApart: settings.leastMinutesApart)
        var order = wish.order
        if order.moment != .turn { problems.append(.init("/asOf", "Each export is of its own moment; leave it out.")) }
        if wish.period != nil {
            if order.from != nil || order.to != nil {
                problems.append(.init("/period", "The range of days is said already; leave one of them out."))
            }
            (order.from, order.to) = (CalendarDay(of: clock()), CalendarDay(of: clock()))
        }
        do {
            let plan = try await check(order, rights)
            if problems.isEmpty { return (order, plan.report) }
        } catch let error as ExportError {
            guard case .invalid(let found) = error.code else { throw error }
            problems += found
        }
        throw ExportError(problems: problems)
    }

    /// Ends a schedule.
    package func cancelSchedule(_ id: String, by author: Author, rights: ExportRights) async throws -> Receipt {
        if let receipt = try await earlier(author) { return receipt }
        return try await append(to: Stream.schedule(id), by: author) {
            let found = try await history.schedules(id: id, sight: sight(of: author.id, rights)).first
            guard let schedule = found else { throw ExportError(.notFound, "There is no schedule of that name.") }
            if schedule.ownerID != author.id { try Self.requireManaging(schedule, rights) }
            return NewEvent(
                Events.Exports.ScheduleCancelled(scheduleID: id),
                branch: schedule.order.branchID ?? ExportOrder.institution
            )
        }
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
