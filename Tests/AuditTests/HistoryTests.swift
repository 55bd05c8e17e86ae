import Access
import Audit
import EventStore
import Events
import Foundation
import JSON
import Testing
import Time

struct HistoryTests {
    @Test func whoWasToldOfAnEventFindsItAtOnce() async throws {
        try await Institution.open { institution in
            for index in 0..<20 {
                let told = try await institution.report(.note("teacher-\(index)"))
                let page = try await institution.audit.events(AuditFilter(), limit: 1, by: institution.auditor)
                #expect(page.lines.first?.position == told)
            }
        }
    }

    @Test func aReadModelThatIsBehindIsNotAnsweredFrom() async throws {
        try await Institution.open(follows: false) { institution in
            let told = try await institution.report(.note("teacher-1"))
            await #expect {
                try await institution.audit.events(AuditFilter(), limit: 1, by: institution.auditor)
            } throws: { error in
                (error as? AuditError)?.code == .behind(lag: told + 1)
            }
            // Nothing was shown, so nothing is recorded.
            #expect(try await institution.newest(Events.Audit.HistoryQueried.self) == nil)
        }
    }

    @Test func readingIsRecordedBeforeAnythingIsShown() async throws {
        try await Institution.open { institution in
            try await institution.report(.note("teacher-1"))
            var filter = AuditFilter()
            filter.actor = "grades-service"
            filter.text = "Mozilla"
            let page = try await institution.audit.events(filter, limit: 10, by: institution.auditor)
            let looked = try #require(try await institution.newest(Events.Audit.HistoryQueried.self))
            #expect(looked.event.position == page.size)
            #expect(looked.event.header.actor == "auditor")
            #expect(looked.payload.kind == .events)
            #expect(looked.payload.returned == Int64(page.lines.count))
            #expect(looked.payload.filter["actor"] == "grades-service")
            #expect(looked.payload.text == "Mozilla")
            #expect(looked.payload.ipAddress == "192.0.2.9")
            // What was searched for may be somebody's name: it can be erased.
            #expect(String(decoding: looked.event.data ?? [], as: UTF8.self).contains("Mozilla") == false)
        }
    }

    @Test func lookingAtWhatBelongsToAnEventIsRecordedToo() async throws {
        try await Institution.open { institution in
            let position = try await institution.report(.note("teacher-1"))
            let entry = try await institution.audit.event(at: position, by: institution.auditor)
            let related = try await institution.audit.related(to: entry, by: institution.auditor)
            let looked = try #require(try await institution.newest(Events.Audit.HistoryQueried.self)).payload
            #expect(looked.filter["relatedTo"] == .number(JSONNumber(position)))
            #expect(looked.returned == Int64(related.count))
        }
    }

    @Test func whatCannotBeRecordedIsNotShown() async throws {
        try await Institution.open { institution in
            try await institution.report(.note("teacher-1"))
            try await institution.log.pool.execute(
                """
                create function refuse() returns trigger language plpgsql as \
                $$ begin raise exception 'no' using errcode = 'check_violation'; end $$
                """
            )
            try await institution.log.pool.execute(
                """
                create trigger refuse before insert on log.events for each row \
                when (new.type = 'audit.history-queried') execute function refuse()
                """
            )
            await #expect {
                try await institution.audit.events(AuditFilter(), limit: 1, by: institution.auditor)
            } throws: { ($0 as? AuditError)?.code == .notRecorded }
            await #expect {
                try await institution.audit.export(AuditFilter(), by: institution.auditor)
            } throws: { ($0 as? AuditError)?.code == .notRecorded }
            await #expect {
                try await institution.audit.trail(of: "role", "admin", limit: 1, by: institution.auditor)
            } throws: { ($0 as? AuditError)?.code == .notRecorded }
        }
    }

    @Test func everyFilterFindsWhatItNamesAndNothingElse() async throws {
        try await Institution.open { institution in
            let first = try await institution.report(.note("teacher-1", resource: "grade", id: "g1"), branch: "north")
            let second = try await institution.report(.note("teacher-2", resource: "exam", id: "e1"), branch: "south")
            func found(_ change: (inout AuditFilter) -> Void) async throws -> [Int64] {
                var filter = AuditFilter()
                filter.type = "audit.access-logged"
                change(&filter)
                return try await institution.audit.events(filter, limit: 10, by: institution.auditor).lines.map(
                    \.position
                )
            }
            #expect(try await found { _ in } == [second, first])
            #expect(try await found { $0.actor = "grades-service" } == [second, first])
            #expect(try await found { $0.actor = "teacher-1" } == [])
            #expect(try await found { $0.subject = "teacher-1" } == [first])
            #expect(try await found { $0.resource = "exam" } == [second])
            #expect(try await found { $0.resourceID = "g1" } == [first])
            #expect(try await found { $0.branch = "north" } == [first])
            #expect(try await found { $0.text = "excellent" } == [second, first])
            #expect(try await found { $0.text = "excellent -nothing" } == [second, first])
            #expect(try await found { $0.text = "dreadful" } == [])
            #expect(try await found { $0.text = "'; drop table log.events; --" } == [])
            let times = try await institution.log.store.reader.events(from: first).map(\.header.recordedAt)
            #expect(try await found { $0.to = times[0] } == [first])
            #expect(try await found { $0.from = times[1] } == [second])
            #expect(try await found { ($0.from, $0.to) = (times[0], times[1]) } == [second, first])
            #expect(try await found { $0.from = Timestamp(microseconds: times[1].microseconds + 1) } == [])
        }
    }

    @Test func pagesTellOfOneMomentAndMissNothing() async throws {
        try await Institution.open { institution in
            let size = try await institution.log.store.head().size
            var seen: [Int64] = []
            var moment = AuditMoment.now
            var below: Int64?
            repeat {
                let page = try await institution.audit.events(
                    AuditFilter(),
                    asOf: moment,
                    below: below,
                    limit: 7,
                    by: institution.auditor
                )
                #expect(page.size == size)
                moment = .size(page.size)
                seen += page.lines.map(\.position)
                below = page.next
            } while below != nil
            #expect(seen == Array((0..<size).reversed()))
            // Each page was recorded, and none of that showed up in the pages.
            #expect(try await institution.log.store.head().size > size)
        }
    }

    @Test func anExportIsEverythingPageByPageAndSaysBeforehandHowMuch() async throws {
        try await Institution.open { institution in
            for index in 0..<25 { try await institution.report(.note("teacher-\(index)")) }
            var filter = AuditFilter()
            filter.type = "audit.access-logged"
            let (pages, _) = try await institution.audit.export(filter, page: 10, by: institution.auditor)
            #expect(try await institution.newest(Events.Audit.HistoryQueried.self)?.payload.returned == 25)
            #expect(try await institution.newest(Events.Audit.HistoryQueried.self)?.payload.kind == .export)
            var sizes: [Int] = []
            for try await page in pages { sizes.append(page.count) }
            #expect(sizes == [10, 10, 5])
        }
    }

    @Test func asOfAnswersAsItWouldHaveThen() async throws {
        try await Institution.open { institution in
            let first = try await institution.report(.note("teacher-1"))
            let then = try await institution.audit.events(AuditFilter(), limit: 500, by: institution.auditor)
            for index in 2..<6 { try await institution.report(.note("teacher-\(index)")) }
            let now = try await institution.audit.events(
                AuditFilter(),
                asOf: .position(first),
                limit: 500,
                by: institution.auditor
            )
            #expect(now.lines == then.lines)
            let end = try await institution.log.store.head().size
            await #expect {
                try await institution.audit.events(
                    AuditFilter(),
                    asOf: .position(end + 5),
                    limit: 1,
                    by: institution.auditor
                )
            } throws: { ($0 as? AuditError)?.code == .noSuchMoment }
        }
    }
}

extension Events.Audit.AccessLogged {
    /// Something that a teacher did.
    static func note(_ user: String, resource: String = "grade", id: String = "g1") -> Self {
        Self(
            userID: user,
            action: "update",
            resource: resource,
            resourceID: id,
            status: "success",
            ipAddress: "192.0.2.17",
            userAgent: "Mozilla/5.0",
            changes: .object(["mark": .object(["before": "good", "after": "excellent"])])
        )
    }
}
