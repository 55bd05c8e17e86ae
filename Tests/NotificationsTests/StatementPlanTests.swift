import Postgres
import Testing

@testable import Notifications

/// That statements find what they are about by an index, however many notifications there are.
struct StatementPlanTests {
    @Test func theRecipientsOfANotificationAreFoundWithoutReadingAllInboxes() async throws {
        try await PostOffice.open { office in
            let pool = office.log.pool
            try await pool.execute(
                """
                insert into notifications_v6.inbox (user_id, notification_id, branch_id, category, position, arrived_at)
                select 'user-' || u, 'n-' || n, 'north', 'message', n, now()
                from generate_series(1, 20) as u, generate_series(1, 1000) as n
                """
            )
            try await pool.execute(
                """
                insert into notifications_v6.notifications
                    (notification_id, branch_id, audience, category, priority, recipients, sender, sent_position, sent_at)
                select 'n-' || n, 'north', 'branch', 'message', 'normal', 20, 'head', n, now()
                from generate_series(1, 1000) as n
                """
            )
            try await pool.execute(
                """
                insert into notifications_v6.parts (notification_id, part, position, decided_position)
                select 'n-' || n, 0, n, nullif(n, 1000) from generate_series(1, 1000) as n
                """
            )
            try await pool.execute(
                "analyze notifications_v6.inbox, notifications_v6.notifications, notifications_v6.parts"
            )
            let recipients = try NotificationsSQL("part-recipients.sql")
            let undecided = try NotificationsSQL("undecided.sql")
            let head = try NotificationsSQL("delivery-head.sql")
            let statements = [
                SQL(unescaped: "explain " + recipients("n-7", Int64(7)).text, "n-7", Int64(7)),
                SQL(unescaped: "explain " + undecided(Int64(20), [Int64]()).text, Int64(20), [Int64]()),
                SQL(unescaped: "explain " + head("n-7").text, "n-7"),
            ]
            for statement in statements {
                let lines = try await pool.query(statement).map { try $0.decode(column: 0, as: String.self) }
                let plan = lines.joined(separator: "\n")
                #expect(plan.contains("inbox_by_notification"), "\(plan)")
                #expect(!plan.contains("Seq Scan on inbox"), "\(plan)")
            }
        }
    }
}
