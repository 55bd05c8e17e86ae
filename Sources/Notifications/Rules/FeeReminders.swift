import EventStore
import Events
import Foundation
import Logging
import Postgres
import ServiceLifecycle
import Time

/// Reminds of fees that are still owed: once some days before they are due, and once after. Days are those of UTC.
///
/// Every replica runs one; a reminder's id follows from the charge and the rule, so that it is sent once. Fees that were due
/// long ago when this began to run are not reminded of: loading history tells nobody anything. After a restore from a backup
/// it rests until its rules are set again, since this may be a copy for a trial.
struct FeeReminders: Service {
    /// How many days before a fee is due somebody is reminded.
    private static let ahead: Int64 = 3
    /// For how many days after it was due it is worth a reminder.
    private static let behind: Int64 = 3
    /// Who was told of a fee lately needs no reminder yet.
    private static let rest = Duration.seconds(86_400)
    private static let interval = Duration.seconds(3_600)
    private static let page = 500
    private static let actor = Author(id: "system")

    private let service: NotificationService

    /// Reminders of a service.
    init(_ service: NotificationService) {
        self.service = service
    }

    /// Reminds until graceful shutdown.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await remind()
                    try await Task.sleep(for: Self.interval)
                } catch {
                    if Task.isCancelled { return }
                    service.logger.warning(
                        "fees cannot be reminded of; trying again",
                        metadata: ["error": "\(error)"]
                    )
                    try? await Task.sleep(for: .seconds(60))
                }
            }
        }
    }

    /// Sends the reminders that are due now.
    ///
    /// - Returns: how many were sent.
    @discardableResult
    func remind() async throws -> Int {
        let today = CalendarDay(of: service.clock())
        let soon = try await remind(.feeDueSoon, from: today, to: today.adding(days: Self.ahead))
        let late = try await remind(.feeOverdue, from: today.adding(days: -Self.behind), to: today.adding(days: -1))
        return soon + late
    }

    private func remind(_ rule: NotificationRule, from: CalendarDay, to: CalendarDay) async throws -> Int {
        let setting = try await service.reader.rules()[rule.rawValue] ?? rule.original
        guard setting.isOn else { return 0 }
        if try await setting.setPosition ?? -1 < service.store.reader.lastRestored() {
            service.logger.warning(
                "the log was restored from a backup: nobody is reminded of fees until the rule is set again",
                metadata: ["rule": "\(rule.rawValue)"]
            )
            return 0
        }
        var sent = 0
        var after = ""
        while true {
            let fees = try await service.fees.owed(
                from: from,
                to: to,
                chargedBefore: service.clock() - Self.rest,
                untold: rule,
                after: after,
                limit: Self.page
            )
            for fee in fees {
                // What cannot be told of one fee holds up none behind it.
                let outcome = try await service.tellOrRecord(
                    fee.message(rule),
                    setting,
                    cause: fee.cause,
                    by: Self.actor
                )
                if outcome == .told { sent += 1 }
            }
            guard fees.count == Self.page, let last = fees.last else { return sent }
            after = last.id
        }
    }
}
