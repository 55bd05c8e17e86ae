import EventStore
import Events
import ServiceLifecycle
import Time

/// Asks for the exports that schedules name: one server of all, which a lock in the database chooses.
///
/// Times that were missed, because no server ran, are made up for by one export, of the last of them. Schedules that were set
/// before the log was restored from a backup rest until they are set again.
package struct ExportScheduler: Service {
    private let service: ExportService
    private let times = DueTimes()

    /// A scheduler of a service.
    package init(_ service: ExportService) { self.service = service }

    /// Looks every second until graceful shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    _ = try await Turn(name: "daybook export schedules", service: service).take { connection in
                        while !Task.isCancelled {
                            // Whoever lost the connection has lost the lock.
                            _ = try await connection.query("select 1")
                            try await askForWhatIsDue()
                            try await Task.sleep(for: .seconds(1))
                        }
                    }
                } catch {
                    if Task.isCancelled { return }
                    service.logger.warning("schedules of exports cannot be followed", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: .seconds(5))
            }
        }
    }

    /// Asks for what is due.
    ///
    /// - Returns: the exports that were asked for.
    @discardableResult
    func askForWhatIsDue() async throws -> [String] {
        var asked: [String] = []
        for schedule in try await service.history.schedules() where !schedule.rests {
            guard !Task.isCancelled, let due = times.due(schedule, at: service.clock()) else { continue }
            do {
                if let id = try await ask(schedule, due.at, missed: due.missed) { asked.append(id) }
            } catch let error as AppendError {
                guard case .versionConflict = error.code else { throw error }
            } catch let error as ExportError {
                // The others have their turn all the same.
                service.logger.warning(
                    "a schedule of exports cannot be carried out",
                    metadata: ["scheduleId": "\(schedule.scheduleID)", "error": "\(error)"]
                )
            }
        }
        return asked
    }

    private func ask(_ schedule: ExportSchedule, _ due: Timestamp, missed: Int) async throws -> String? {
        let name = ExportService.Stream.schedule(schedule.scheduleID)
        // One that was set anew meanwhile has its turn at the next look.
        guard let newest = try await service.newest(of: name),
            try await service.history.schedules(id: schedule.scheduleID).first?.position == schedule.position
        else { return nil }
        let system = Author(id: EventStore.systemActor)
        let branch = schedule.order.branchID ?? ExportOrder.institution
        let set = try await service.store.reader.event(at: schedule.position)
        guard set?.isErased != true, let report = try await service.report(schedule.order.report) else {
            // What it was to make, or for whom, is not known any more; unless somebody has just set it anew.
            let ended = NewEvent(Events.Exports.ScheduleCancelled(scheduleID: schedule.scheduleID), branch: branch)
            _ = try await service.append(
                [StreamAppend(stream: name, expected: .exact(newest.version), events: [ended])],
                by: system
            )
            return nil
        }
        var order = schedule.order(dueAt: due, of: report)
        if service.mailer == nil { order.recipients = [] }
        let id = ExportService.newID()
        let event: NewEvent
        var export: StreamAppend?
        if let cause = try await hindrance(of: schedule, order, report) {
            let skipped = Events.Exports.ScheduleSkipped(
                scheduleID: schedule.scheduleID,
                dueAt: due,
                cause: cause,
                missed: missed > 0 ? Int64(missed) : nil
            )
            event = NewEvent(skipped, branch: branch)
        } else {
            let run = Events.Exports.ScheduleRun(
                scheduleID: schedule.scheduleID,
                exportID: id,
                dueAt: due,
                missed: missed > 0 ? Int64(missed) : nil
            )
            event = NewEvent(run, branch: branch)
            let tie = ExportService.Tie(scheduleID: schedule.scheduleID, roles: schedule.roles)
            let plan = try ExportPlan(order, of: report)
            export = ExportService.stream(plan, owner: schedule.ownerID, id: id, tie)
        }
        let own = StreamAppend(stream: name, expected: .exact(newest.version), events: [event])
        _ = try await service.append([own] + [export].compactMap(\.self), by: system)
        return export == nil ? nil : id
    }

    /// What is in the way of one more export of a schedule.
    private func hindrance(
        of schedule: ExportSchedule,
        _ order: ExportOrder,
        _ report: ExportReport
    ) async throws -> Events.Exports.ScheduleSkipped.Cause? {
        // A release may have taken a column away that it names.
        do { _ = try ExportPlan(order, of: report) } catch { return .invalid }
        if let last = schedule.lastExportID, try await service.history.export(last)?.isOpen == true {
            return .stillOpen
        }
        let share = try await service.history.share(of: schedule.ownerID)
        if share.open >= service.settings.openPerOwner { return .queueFull }
        return share.bytes >= service.settings.bytesPerOwner ? .storageFull : nil
    }
}
