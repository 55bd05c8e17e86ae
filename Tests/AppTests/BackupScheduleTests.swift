import Access
import Backups
import EventStore
import TestSupport
import Testing

@testable import App

/// Who makes the backups that schedules ask for.
struct BackupScheduleTests {
    @Test func aServerMakesThemAndACommandDoesNot() async throws {
        try await Served.open(with: ["DAYBOOK_BACKUP_PLAIN": "on"]) { served in
            let backups = served.system.backups
            var order = ScheduleOrder("shipping", .full, .continuous)
            order.seconds = 1
            _ = try await backups.schedule(order, by: Author(id: AccessActor.operatorID))
            let isMade = try await eventually(every: .milliseconds(100)) {
                try await backups.backups().contains { $0.scheduleID == "shipping" && $0.state == .completed }
            }
            #expect(isMade)
            // What runs for every command, however short it is.
            let isEverywhere = served.system.services.contains { $0 is BackupScheduler }
            #expect(!isEverywhere)
        }
    }
}
