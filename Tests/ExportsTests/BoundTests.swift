import EventStore
import Events
import Foundation
import TestSupport
import Testing
import Time

@testable import Exports

/// How much one owner may ask for, and how long anything may take.
@Suite struct BoundTests {
    private static let anna = Author(id: "anna")

    private static func code(_ body: () async throws -> Void) async -> ExportError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? ExportError)?.code
        }
    }

    private static func schedule(_ house: ExportHouse, _ name: String = "daily") async throws {
        let wish = ExportScheduleOrder(name, ExportHouse.students(), ExportCadence(.daily, time: "06:00"))
        _ = try await house.service.schedule(wish, by: anna, rights: house.rights("anna"))
    }

    private static func skipped(_ house: ExportHouse) async throws -> String? {
        try await house.service.schedules(for: "anna", rights: house.rights("anna")).first?.lastSkipped
    }

    @Test func aRunOfAScheduleIsSkippedWhileItsLastExportIsStillToBeMade() async throws {
        try await ExportHouse.open { house in
            try await Self.schedule(house)
            let scheduler = ExportScheduler(house.service)
            house.clock.advance(by: .seconds(86_400))
            let first = try await scheduler.askForWhatIsDue()
            #expect(first.count == 1)
            house.clock.advance(by: .seconds(86_400))
            #expect(try await scheduler.askForWhatIsDue().isEmpty)
            #expect(try await Self.skipped(house) == "still-open")
            #expect(try await scheduler.askForWhatIsDue().isEmpty)
            _ = await ExportWorker.make(first[0], house.service)
            house.clock.advance(by: .seconds(86_400))
            #expect(try await scheduler.askForWhatIsDue().count == 1)
            #expect(try await Self.skipped(house) == nil)
            let check = try await house.system.projections.check("exports")
            #expect(check.isEqual, "\(check.tables.filter { !$0.isEqual })")
        }
    }

    @Test func afterARestoreFromABackupSchedulesRestUntilTheyAreSetAgain() async throws {
        try await ExportHouse.open { house in
            try await Self.schedule(house)
            try await house.system.store.sayRestored()
            house.clock.advance(by: .seconds(86_400))
            let scheduler = ExportScheduler(house.service)
            #expect(try await scheduler.askForWhatIsDue().isEmpty)
            #expect(try await house.service.schedules(for: "anna", rights: house.rights("anna")).map(\.rests) == [true])
            try await Self.schedule(house)
            house.clock.advance(by: .seconds(86_400))
            #expect(try await scheduler.askForWhatIsDue().count == 1)
        }
    }

    @Test func aScheduleOfWhatThereIsNotAnyMoreIsSkippedAndTheOthersAreNot() async throws {
        try await ExportHouse.open { house in
            try await Self.schedule(house, "whole")
            let broken = Events.Exports.Scheduled(
                scheduleID: "broken",
                branchID: "institution",
                ownerID: "anna",
                report: "students",
                format: .csv,
                columns: ["aColumnOfLongAgo"],
                locale: "en",
                zone: "UTC",
                frequency: .daily,
                time: "06:00"
            )
            try await house.service.append(broken, to: ExportService.Stream.schedule("broken"), by: Self.anna)
            house.clock.advance(by: .seconds(86_400))
            let scheduler = ExportScheduler(house.service)
            #expect(try await scheduler.askForWhatIsDue().count == 1)
            #expect(try await Self.skipped(house) == "invalid")
            // It is recorded once, not every second.
            #expect(try await scheduler.askForWhatIsDue().isEmpty)
            let stream = try await house.system.store.reader.stream(ExportService.Stream.schedule("broken"))
            #expect(stream.map(\.type.rawValue) == ["exports.scheduled", "exports.schedule-skipped"])
        }
    }

    @Test func whoHasAskedForEnoughIsNotAskedForMoreByASchedule() async throws {
        try await ExportHouse.open(adjust: { $0.openPerOwner = 1 }) { house in
            try await Self.schedule(house)
            _ = try await house.ask("anna", ExportHouse.students())
            house.clock.advance(by: .seconds(86_400))
            #expect(try await ExportScheduler(house.service).askForWhatIsDue().isEmpty)
            #expect(try await Self.skipped(house) == "queue-full")
        }
    }

    @Test func whatIsKeptForOneOwnerHasABound() async throws {
        try await ExportHouse.open(adjust: { $0.bytesPerOwner = 10 }) { house in
            try await Self.schedule(house)
            let made = try await house.make("anna", ExportHouse.students())
            #expect(await Self.code { _ = try await house.ask("anna", ExportHouse.students()) } == .tooMany)
            house.clock.advance(by: .seconds(86_400))
            #expect(try await ExportScheduler(house.service).askForWhatIsDue().isEmpty)
            #expect(try await Self.skipped(house) == "storage-full")
            _ = try await house.ask("ben", ExportHouse.students())
            try await house.service.remove(made.exportID, by: Self.anna, rights: house.rights("anna"))
            _ = try await house.ask("anna", ExportHouse.students())
        }
    }

    @Test func schedulesAreBoundInNumberAndInHowOftenTheyCome() async throws {
        try await ExportHouse.open(adjust: { $0.schedulesPerOwner = 1 }) { house in
            try await Self.schedule(house)
            try await Self.schedule(house)
            #expect(await Self.code { try await Self.schedule(house, "another") } == .tooMany)
        }
        let often = ExportCadence(.cron, cron: "*/5 * * * *")
        #expect(often.problems(leastMinutesApart: ExportSettings().leastMinutesApart).map(\.pointer) == ["/cron"])
        #expect(often.problems(leastMinutesApart: 5).isEmpty)
    }

    @Test func aScheduleThatComesTooOftenIsRefused() async throws {
        try await ExportHouse.open { house in
            let rights = try await house.rights("anna")
            let wish = ExportScheduleOrder(
                "daily",
                ExportHouse.students(),
                ExportCadence(.cron, cron: "*/5 * * * *")
            )
            await #expect(throws: ExportError.self) {
                _ = try await house.service.schedule(wish, by: Self.anna, rights: rights)
            }
        }
    }

    @Test func ownersTakeTurnsInTheQueue() async throws {
        try await ExportHouse.open { house in
            var asked: [String] = []
            for _ in 0..<3 { asked.append(try await house.ask("anna", ExportHouse.students())) }
            let other = try await house.ask("ben", ExportHouse.students())
            try await house.service.history.settle()
            let due = try await house.service.history.due(at: house.clock.now, limit: 10)
            #expect(due == [asked[0], other, asked[1], asked[2]])
        }
    }

    @Test func whoeverHasAFullQueueHasNothingCounted() async throws {
        try await ExportHouse.open(adjust: { $0.openPerOwner = 1 }) { house in
            _ = try await house.ask("anna", ExportHouse.students())
            try await house.whileStudentsAreLocked { students in
                let begin = ContinuousClock.now
                #expect(await Self.code { _ = try await house.ask("anna", students) } == .tooMany)
                #expect(ContinuousClock.now - begin < .seconds(8))
            }
        }
    }

    @Test func whatCannotBeCountedInTimeIsTakenAndCountedWhenItIsMade() async throws {
        let adjust: @Sendable (inout ExportSettings) -> Void = { settings in
            settings.countingTime = .milliseconds(300)
            settings.longest = .milliseconds(300)
        }
        try await ExportHouse.open(adjust: adjust) { house in
            try await house.whileStudentsAreLocked { students in
                let orders = [ExportOrder](repeating: students, count: 3)
                let rights = try await house.rights("anna")
                let asked = try await house.service.requestBatch(orders, by: Self.anna, rights: rights)
                #expect(asked.exportIDs.count == 3)
                // A query that hangs is called off, and that is recorded.
                #expect(await ExportWorker.make(asked.exportIDs[0], house.service) == .failed)
                let record = try await house.record(asked.exportIDs[0])
                #expect(record.state == .waiting && record.cause == "deadline")
                let waiting = try await Psql.run(
                    "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%people.students%'",
                    on: house.url
                )
                #expect(waiting == "0")
            }
        }
    }

    @Test func aRequestThatComesAgainIsAnsweredAsItWas() async throws {
        try await ExportHouse.open(adjust: { $0.openPerOwner = 2 }) { house in
            var author = Self.anna
            author.idempotency = IdempotencyKey(scope: "anna", key: "k", requestDigest: [1])
            let orders = [ExportHouse.students(), ExportHouse.students(.ndjson)]
            let rights = try await house.rights("anna")
            let first = try await house.service.requestBatch(orders, by: author, rights: rights)
            // The queue is full by what was accepted, and the rights may be gone.
            let none = ExportRights { _ in [] }
            let again = try await house.service.requestBatch(orders, by: author, rights: none)
            #expect(again.exportIDs == first.exportIDs && again.batchID == first.batchID)
            author.idempotency = IdempotencyKey(scope: "anna", key: "k", requestDigest: [2])
            await #expect(throws: AppendError.self) {
                try await house.service.requestBatch(orders, by: author, rights: rights)
            }
        }
    }
}
