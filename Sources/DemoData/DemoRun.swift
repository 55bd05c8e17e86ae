import Access
package import App
import EventStore
import Events
import Institution
import OpenSSL

/// Carries a plan out on a running system, by the same commands as everybody's and the same intake of facts.
///
/// Each command has an idempotency key and each fact an id, so that a run that was broken off goes on where it was, and
/// one on a log that has it all records nothing.
package struct DemoRun: Sendable {
    /// How many people's affairs are settled at once.
    private static let lanes = 128

    let plan: DemoPlan
    let calendar: DemoCalendar
    let system: DaybookSystem

    /// A run of a plan.
    package init(plan: DemoPlan, calendar: DemoCalendar, system: DaybookSystem) {
        self.plan = plan
        self.calendar = calendar
        self.system = system
    }

    var scope: String { "daybook demo \(plan.seed) \(plan.users) \(calendar.year)" }

    /// Whether this very demo was begun in this log before.
    package func hasBegun() async throws -> Bool {
        guard let first = plan.weeks.first?.actions.first else { return false }
        return try await system.store.receipt(of: key(first.number, first.action)) != nil
    }

    /// Whether all of this very demo is in this log.
    package func isComplete() async throws -> Bool {
        guard let last = plan.weeks.last(where: { !$0.actions.isEmpty })?.actions.last else { return false }
        guard try await system.store.receipt(of: key(last.number, last.action)) != nil else { return false }
        return try await DemoReport(run: self).isComplete()
    }

    /// Does all of it.
    ///
    /// - Parameter progress: told how many commands and facts are done.
    package func carryOut(_ progress: @escaping @Sendable (Int64) -> Void) async throws {
        var done: Int64 = 0
        var report = DemoReport(run: self)
        for (index, week) in plan.weeks.enumerated() {
            try await carryOut(week, &done, progress)
            try await report.week(index, &done, progress)
        }
    }

    private func carryOut(
        _ week: DemoWeek,
        _ done: inout Int64,
        _ progress: @escaping @Sendable (Int64) -> Void
    ) async throws {
        var batch: [(number: Int, action: DemoAction)] = []
        for entry in week.actions {
            if entry.action.lane != nil {
                batch.append(entry)
                continue
            }
            try await carryOut(batch, &done, progress)
            batch = []
            try await carryOut(entry.number, entry.action)
            done += 1
            progress(done)
        }
        try await carryOut(batch, &done, progress)
    }

    /// People beside one another, and what concerns one of them in its order.
    private func carryOut(
        _ batch: [(number: Int, action: DemoAction)],
        _ done: inout Int64,
        _ progress: @escaping @Sendable (Int64) -> Void
    ) async throws {
        var order: [String] = []
        var lanes: [String: [(number: Int, action: DemoAction)]] = [:]
        for entry in batch {
            let lane = entry.action.lane ?? ""
            if lanes[lane] == nil { order.append(lane) }
            lanes[lane, default: []].append(entry)
        }
        try await withThrowingTaskGroup(of: Int.self) { group in
            var running = 0
            for lane in order {
                if running == Self.lanes, let finished = try await group.next() {
                    running -= 1
                    done += Int64(finished)
                    progress(done)
                }
                let entries = lanes[lane] ?? []
                running += 1
                group.addTask {
                    for entry in entries { try await carryOut(entry.number, entry.action) }
                    return entries.count
                }
            }
            for try await finished in group {
                done += Int64(finished)
                progress(done)
            }
        }
    }

    private func carryOut(_ number: Int, _ action: DemoAction) async throws {
        try Task.checkCancellation()
        let context = CommandContext(actor: .user(action.actor), idempotency: key(number, action))
        switch action.step {
        case .createPermission(let command):
            do {
                _ = try await system.access.createCustomPermission(command, context)
            } catch let error as AccessRefusal where error.code == .duplicateName {
                // An institution may have a permission of that name, which serves as well.
            }
        case .defineRole(let command): _ = try await system.access.defineRole(command, context)
        case .updateRole(let command): _ = try await system.access.updateRole(command, context)
        case .deleteRole(let command): _ = try await system.access.deleteRole(command, context)
        case .assignPermission(let command): _ = try await system.access.assignPermissionToRole(command, context)
        case .revokePermission(let command): _ = try await system.access.revokePermissionFromRole(command, context)
        case .register(let command): _ = try await system.tokens.register(command, context)
        case .assign(let command): _ = try await system.access.assignRoleToUser(command, context)
        case .remove(let command): _ = try await system.access.removeRoleFromUser(command, context)
        case .erase(let user, let reason):
            guard try await system.store.personalEventCount(of: user) > 0 else { return }
            _ = try await system.store.erasePersonal(of: user, reason: reason, actor: action.actor)
        }
    }

    private func key(_ number: Int, _ action: DemoAction) -> IdempotencyKey {
        IdempotencyKey(
            scope: scope,
            key: "\(number)",
            requestDigest: SHA256.hash(Array("\(action)".utf8)).bytes
        )
    }
}
