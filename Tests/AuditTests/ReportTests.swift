import Audit
import EventStore
import Events
import Testing
import Time

/// What a stretch of time holds, counted.
struct ReportTests {
    @Test func theCountsOfTheDaysAreThatOfTheWholeHoweverManyDaysThereAre() async throws {
        try await Institution.open { institution in
            let note = Events.Audit.AccessLogged.note("teacher-1")
            let notes = (0..<450).map { _ in NewEvent(note) }
            let stream = StreamAppend(stream: "access-log-teacher-1", events: notes)
            _ = try await institution.log.store.append(AppendRequest(streams: [stream], actor: "grades-service"))
            _ = try await institution.audit.events(AuditFilter(), limit: 1, by: institution.auditor)
            // The oldest ten on one day, and each of the others on a day of its own.
            try await institution.log.pool.execute(
                """
                update audit.entries \
                set created_at = timestamptz '2020-01-01 12:00Z' + greatest(position, 9) * interval '1 day'
                """
            )
            let (report, _) = try await institution.audit.report(
                from: Timestamp.now().advanced(by: .seconds(-86_400)),
                to: Timestamp.now().advanced(by: .seconds(60)),
                by: institution.auditor
            )
            #expect(report.total > 450)
            #expect(report.days.map(\.count).reduce(0, +) == report.total)
            #expect(report.days.count > 400)
            #expect(report.days.first?.key == "2020-01-10")
            #expect(report.days.first?.count == 10)
            let keys = report.days.map(\.key)
            #expect(keys == keys.sorted())
        }
    }
}
