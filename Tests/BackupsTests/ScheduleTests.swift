import EventStore
import Events
import Foundation
import Synchronization
import TestSupport
import Testing
import Time

@testable import Backups

@Suite struct ScheduleTests {
    private func next(
        _ frequency: BackupSchedule.Frequency,
        _ time: String = "02:30",
        weekday: Int = 1,
        day: Int = 1,
        zone: String = "UTC",
        after moment: String
    ) throws -> String {
        let schedule = BackupSchedule(
            scheduleID: "s",
            kind: .full,
            repository: "main",
            frequency: frequency,
            minutes: try #require(BackupSchedule.minutes(time)),
            weekday: weekday,
            day: day,
            seconds: 5,
            zone: zone,
            scheduledAt: .now(),
            scheduledBy: "operator"
        )
        return schedule.next(after: try #require(Timestamp(rfc3339: moment))).rfc3339
    }

    @Test func itComesAtItsTimeAndNotTwice() throws {
        #expect(try next(.daily, after: "2026-11-26T02:29:59Z") == "2026-11-26T02:30:00.000000Z")
        #expect(try next(.daily, after: "2026-11-26T02:30:00Z") == "2026-11-27T02:30:00.000000Z")
        #expect(try next(.hourly, after: "2026-11-26T02:31:00Z") == "2026-11-26T03:30:00.000000Z")
        #expect(try next(.weekly, weekday: 7, after: "2026-11-26T12:00:00Z") == "2026-11-29T02:30:00.000000Z")
        #expect(try next(.weekly, weekday: 1, after: "2026-11-26T12:00:00Z") == "2026-11-30T02:30:00.000000Z")
        #expect(try next(.continuous, after: "2026-11-26T12:00:00Z") == "2026-11-26T12:00:05.000000Z")
    }

    @Test func aMonthWithoutTheDayTakesItsLast() throws {
        #expect(try next(.monthly, day: 31, after: "2026-02-01T00:00:00Z") == "2026-02-28T02:30:00.000000Z")
        #expect(try next(.monthly, day: 31, after: "2026-02-28T02:30:00Z") == "2026-03-31T02:30:00.000000Z")
        #expect(try next(.monthly, day: 1, after: "2026-12-01T02:30:00Z") == "2027-01-01T02:30:00.000000Z")
    }

    @Test func clocksThatAreChangedLoseNoBackup() throws {
        let zone = "Europe/Berlin"
        // 29 March 2026: 02:30 does not exist.
        #expect(try next(.daily, zone: zone, after: "2026-03-28T12:00:00Z") == "2026-03-29T01:00:00.000000Z")
        // 25 October 2026: 02:30 comes twice; the first is 00:30 UTC.
        #expect(try next(.daily, zone: zone, after: "2026-10-24T12:00:00Z") == "2026-10-25T00:30:00.000000Z")
        #expect(try next(.daily, zone: zone, after: "2026-10-25T00:30:00Z") == "2026-10-26T01:30:00.000000Z")
    }

    @Test func anEndThatIsAskedForAgainIsAnsweredAsTheFirstTime() async throws {
        try await BackupPlace.open { place in
            var order = ScheduleOrder("nightly", .full, .daily)
            order.time = "00:00"
            _ = try await place.service.schedule(order, by: BackupPlace.author)
            let key = IdempotencyKey(scope: "test", key: "once", requestDigest: [UInt8](repeating: 1, count: 32))
            let author = Author(id: "operator", idempotency: key)
            let first = try await place.service.cancelSchedule("nightly", by: author)
            let second = try await place.service.cancelSchedule("nightly", by: author)
            #expect(second.isReplay)
            #expect(second.events.map(\.position) == first.events.map(\.position))
            // Another request finds none.
            let error = await #expect(throws: BackupError.self) {
                try await place.service.cancelSchedule("nightly", by: BackupPlace.author)
            }
            #expect(error?.kind == .notFound)
        }
    }

    private func shipping(setAt: String, lastAt: String? = nil) throws -> BackupSchedule {
        var schedule = BackupSchedule(
            scheduleID: "shipping",
            kind: .incremental,
            repository: "main",
            frequency: .daily,
            minutes: 150,
            weekday: 1,
            day: 1,
            seconds: 5,
            zone: "UTC",
            scheduledAt: try #require(Timestamp(rfc3339: setAt)),
            scheduledBy: "operator"
        )
        schedule.lastAt = try lastAt.map { try #require(Timestamp(rfc3339: $0)) }
        return schedule
    }

    private func moment(_ text: String) throws -> Timestamp { try #require(Timestamp(rfc3339: text)) }

    @Test func oneThatIsSoonDueIsNotSlept() throws {
        let set = "2026-11-26T12:00:00Z"
        func pause(_ now: String, _ schedules: BackupSchedule...) throws -> Duration {
            BackupScheduler.pause(before: schedules, now: try moment(now))
        }
        var often = try shipping(setAt: set)
        often.frequency = .continuous
        let daily = try shipping(setAt: set)
        #expect(try pause(set) == .seconds(1))
        #expect(try pause(set, daily, often) == .seconds(1))
        #expect(try pause("2026-11-26T12:00:04.7Z", daily, often) == .milliseconds(300))
        // Not in a circle, nor for one that is being made.
        #expect(try pause("2026-11-26T12:00:04.999Z", often) == .milliseconds(50))
        #expect(try pause("2026-11-26T12:00:05Z", often, daily) == .seconds(1))
        often.rests = true
        #expect(try pause("2026-11-26T12:00:04.7Z", often) == .seconds(1))
    }

    @Test func oneThatIsSetAgainUnderItsOldNameWaitsForItsTime() throws {
        let schedule = try shipping(setAt: "2026-11-26T12:00:00Z", lastAt: "2026-10-01T02:30:00Z")
        let start = try moment("2026-11-26T12:00:00Z")
        #expect(!schedule.isDue(try moment("2026-11-26T12:00:01Z"), since: start))
        #expect(schedule.isDue(try moment("2026-11-27T02:30:00Z"), since: start))
    }

    @Test func aClockThatWasAheadStopsNothing() throws {
        let schedule = try shipping(setAt: "2026-11-01T00:00:00Z", lastAt: "2027-11-26T02:30:00Z")
        let start = try moment("2026-11-26T12:00:00Z")
        #expect(!schedule.isDue(try moment("2026-11-26T23:00:00Z"), since: start))
        #expect(schedule.isDue(try moment("2026-11-27T02:30:00Z"), since: start))
    }

    @Test func whatFailedIsTriedAgainLaterAndLater() throws {
        let schedule = try shipping(setAt: "2026-11-01T00:00:00Z", lastAt: "2026-11-25T02:30:00Z")
        let attempts = ScheduleAttempts()
        func begins(_ now: Timestamp) -> Bool {
            attempts.begin(schedule.scheduleID, now: now) { schedule.isDue(now, since: $0) }
        }
        var now = try moment("2026-11-26T12:00:00Z")
        for pause in [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600] as [Int64] {
            #expect(begins(now))
            #expect(!begins(now), "It is being made.")
            #expect(attempts.failed(schedule.scheduleID, now: now) == .seconds(pause))
            #expect(!begins(now + .seconds(pause - 1)))
            now = now + .seconds(pause)
        }
    }

    @Test func whatFailedIsNotTakenForDoneAndALostManifestMakesAFullOne() async throws {
        try await BackupPlace.open { place in
            try await place.register(["ada"])
            let first = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            try await place.register(["bob"])
            var order = ScheduleOrder("nightly", .incremental, .daily)
            order.time = "00:00"
            _ = try await place.service.schedule(order, by: BackupPlace.author)
            // What a schedule began and did not finish leaves it due.
            _ = try await place.service.append(
                Events.Backups.Started(
                    backupID: "failed",
                    kind: .full,
                    repository: "main",
                    fromPosition: 0,
                    size: 1,
                    scheduleID: "nightly"
                ),
                by: BackupPlace.author
            )
            #expect(try await place.service.schedules().first?.lastAt == nil)
            try FileManager.default.removeItem(atPath: "\(place.repository)/\(first)/\(BackupManifest.fileName)")
            let later = try place.service(ahead: .seconds(100_000))
            await BackupScheduler(later, pool: place.system.followerPool).makeWhatIsDue()
            let made = try await place.service.backups().filter { $0.scheduleID == "nightly" && $0.state == .completed }
            #expect(made.map(\.kind) == [.full])
            // That shipping could not go on is in the log.
            let lost = try await place.service.backup(first)
            #expect(lost.isSound == false && lost.firstFinding?.isEmpty == false)
            #expect(try await place.service.schedules().first?.lastAt != nil)
        }
    }

    @Test func aSchedulePrunesItsOwnAloneAndACommandAll() async throws {
        try await BackupPlace.open { place in
            func make(for scheduleID: String?) async throws -> String {
                let order = BackupOrder(.full, scheduleID: scheduleID)
                return try await place.service.create(order, by: BackupPlace.author).manifest.backupID
            }
            let byHand = try await make(for: nil)
            let monthly = try await make(for: "monthly")
            let hourly = try await make(for: "hourly")
            var order = ScheduleOrder("monthly", .full, .monthly)
            order.time = "00:00"
            order.day = 1
            order.retention = BackupRetention(last: 9)
            _ = try await place.service.schedule(order, by: BackupPlace.author)
            order = ScheduleOrder("hourly", .full, .daily)
            order.time = "00:00"
            order.retention = BackupRetention(last: 1)
            _ = try await place.service.schedule(order, by: BackupPlace.author)
            func look(ahead seconds: Int64) async throws -> Set<String> {
                let later = try place.service(ahead: .seconds(seconds))
                let scheduler = BackupScheduler(later, pool: place.system.followerPool)
                await scheduler.makeWhatIsDue()
                await scheduler.pruneWhatIsDue()
                return Set(try await place.storage.backups().map(\.backupID))
            }
            let first = try await look(ahead: 100_000)
            #expect(first.isSuperset(of: [byHand, monthly]))
            #expect(!first.contains(hourly))
            // What a schedule made that is no more is as good as made by hand.
            _ = try await place.service.cancelSchedule("monthly", by: BackupPlace.author)
            let second = try await look(ahead: 200_000)
            #expect(second.isSuperset(of: [byHand, monthly]))
            #expect(!second.isSuperset(of: first))
            _ = try await place.service.prune(BackupRetention(last: 1), by: BackupPlace.author)
            #expect(try await place.storage.backups().count == 1)
        }
    }

    /// A schedule that keeps the last backup alone, and two that it made.
    private static func makeTwo(keepingOne place: BackupPlace) async throws {
        var order = ScheduleOrder("nightly", .full, .daily)
        order.time = "00:00"
        order.retention = BackupRetention(last: 1)
        _ = try await place.service.schedule(order, by: BackupPlace.author)
        for _ in 0..<2 {
            let made = BackupOrder(.full, scheduleID: "nightly")
            _ = try await place.service.create(made, by: BackupPlace.author)
        }
    }

    @Test func whatARuleDoesNotKeepGoesOnceAnotherWasMadeAndHoldsUpNone() async throws {
        try await BackupPlace.open { place in
            try await Self.makeTwo(keepingOne: place)
            let listings = Mutex(0)
            let isBroken = Mutex(true)
            var watched = WatchedStorage(inner: place.storage)
            watched.onList = {
                listings.withLock { $0 += 1 }
                if isBroken.withLock({ $0 }) { throw BackupError(.inaccessible, "It cannot be read.") }
            }
            let later = try place.service(ahead: .seconds(100_000), storages: [watched])
            let scheduler = BackupScheduler(later, pool: place.system.followerPool)
            // None was made.
            await scheduler.pruneWhatIsDue()
            #expect(try await place.storage.backups().count == 2)
            // One is, without a look at all that is there.
            await scheduler.makeWhatIsDue()
            #expect(try await place.storage.backups().count == 3)
            #expect(listings.withLock { $0 } == 0)
            // What fails is tried again, and then not any more.
            await scheduler.pruneWhatIsDue()
            isBroken.withLock { $0 = false }
            for _ in 0..<2 { await scheduler.pruneWhatIsDue() }
            #expect(listings.withLock { $0 } == 2)
            #expect(try await place.storage.backups().count == 1)
        }
    }

    @Test func whatAServerMadeThatHasEndedSinceIsPrunedByTheNext() async throws {
        try await BackupPlace.open { place in
            try await Self.makeTwo(keepingOne: place)
            // One that is due is not made: what there is stays.
            let late = BackupScheduler(try place.service(ahead: .seconds(100_000)), pool: place.system.followerPool)
            late.recallPrunings(try await place.service.schedules())
            await late.pruneWhatIsDue()
            #expect(try await place.storage.backups().count == 2)
            let next = BackupScheduler(place.service, pool: place.system.followerPool)
            next.recallPrunings(try await place.service.schedules())
            await next.pruneWhatIsDue()
            #expect(try await place.storage.backups().count == 1)
        }
    }

    @Test func onWhatIsDamagedAScheduleMakesAFullOne() async throws {
        try await BackupPlace.open { place in
            let full = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            try await place.register(["ada"])
            // Of which itself nothing is known.
            _ = try await place.service.createIncrementalBackup(by: BackupPlace.author)
            try await place.register(["bob"])
            try place.damage(full)
            _ = try await place.service.verify(full, .quick, by: BackupPlace.author)
            var order = ScheduleOrder("nightly", .incremental, .daily)
            order.time = "00:00"
            _ = try await place.service.schedule(order, by: BackupPlace.author)
            let later = try place.service(ahead: .seconds(100_000))
            await BackupScheduler(later, pool: place.system.followerPool).makeWhatIsDue()
            let made = try await place.service.backups().filter { $0.scheduleID == "nightly" }
            #expect(made.map(\.kind) == [.full])
            #expect(made.map(\.state) == [.completed])
            // And from there it goes on.
            try await place.register(["cyd"])
            let next = try await place.service.createIncrementalBackup(by: BackupPlace.author).manifest
            #expect(next.base?.backupID == made.first?.backupID)
        }
    }

    @Test func inALogThatWasRestoredSchedulesRestUntilTheyAreSetAgain() async throws {
        try await BackupPlace.open { place in
            var order = ScheduleOrder("nightly", .full, .daily)
            order.time = "00:00"
            let known = order
            _ = try await place.service.schedule(known, by: BackupPlace.author)
            #expect(try await place.service.schedules().map(\.rests) == [false])
            let full = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            try await place.restored(BackupRestorationWish()) { system, _ in
                let copy = BackupPlace(
                    system: system,
                    url: "",
                    directory: place.directory,
                    repository: place.repository,
                    environment: place.environment
                )
                #expect(try await system.backups.schedules().map(\.rests) == [true])
                let later = try copy.service(ahead: .seconds(100_000))
                await BackupScheduler(later, pool: system.followerPool).makeWhatIsDue()
                #expect(try await place.storage.backups().map(\.backupID) == [full])
                _ = try await system.backups.schedule(known, by: BackupPlace.author)
                #expect(try await system.backups.schedules().map(\.rests) == [false])
                await BackupScheduler(later, pool: system.followerPool).makeWhatIsDue()
                #expect(try await place.storage.backups().count == 2)
            }
        }
    }

    @Test(arguments: ["24:00", "2:30", "02:60", "0230", "", "aa:bb"]) func whatIsNoTimeIsNone(text: String) {
        #expect(BackupSchedule.minutes(text) == nil)
    }
}
