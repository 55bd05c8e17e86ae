import Testing
import Time

@testable import Backups

@Suite struct RetentionTests {
    private static let now = Timestamp(rfc3339: "2026-11-26T12:00:00Z") ?? .now()

    /// Backups made so many days ago, with what they rest on.
    private func backups(_ ages: [(days: Int, base: String?)]) -> [BackupRetention.Candidate] {
        ages.map { age in
            BackupRetention.Candidate(
                backupID: "d\(age.days)",
                baseID: age.base,
                createdAt: Timestamp(microseconds: Self.now.microseconds - Int64(age.days) * 86_400_000_000)
            )
        }
    }

    private func kept(_ rule: BackupRetention, _ backups: [BackupRetention.Candidate]) -> [String] {
        let expired = Set(rule.expired(backups, now: Self.now))
        return backups.map(\.backupID).filter { !expired.contains($0) }
    }

    @Test func theNewestStaysWhateverTheRule() {
        #expect(kept(BackupRetention(days: 0), backups([(400, nil), (300, nil)])) == ["d300"])
        #expect(kept(BackupRetention(last: 0), backups([(4, nil), (3, nil)])) == ["d3"])
    }

    @Test func countAndAgeAddUp() {
        let all = backups([(1, nil), (2, nil), (9, nil), (20, nil), (30, nil)])
        #expect(kept(BackupRetention(last: 3), all) == ["d1", "d2", "d9"])
        #expect(kept(BackupRetention(days: 20), all) == ["d1", "d2", "d9", "d20"])
        #expect(kept(BackupRetention(last: 3, days: 1), all) == ["d1", "d2", "d9"])
    }

    @Test func theNewestOfEachWeekMonthAndYearIsKept() {
        // 2026-11-26 is a Thursday.
        let all = backups((0...800).map { ($0, nil) })
        #expect(kept(BackupRetention(daily: 3), all) == ["d0", "d1", "d2"])
        #expect(kept(BackupRetention(weekly: 3), all) == ["d0", "d4", "d11"])
        #expect(kept(BackupRetention(monthly: 3), all) == ["d0", "d26", "d57"])
        #expect(kept(BackupRetention(yearly: 3), all) == ["d0", "d330", "d695"])
    }

    @Test func whatIsDamagedDoesNotPushOutWhatIsSound() {
        var all = backups([(50, nil), (40, nil), (30, nil), (20, "d30"), (10, "d20")])
        // The two newest rest on one that is damaged, too.
        for number in 2...4 { all[number].isSound = false }
        #expect(kept(BackupRetention(last: 1), all) == ["d40", "d30", "d20", "d10"])
        #expect(kept(BackupRetention(last: 2), all) == all.map(\.backupID))
        #expect(kept(BackupRetention(yearly: 1), all) == ["d40", "d30", "d20", "d10"])
        for number in 2...4 { all[number].isSound = true }
        #expect(kept(BackupRetention(last: 1), all) == ["d30", "d20", "d10"])
    }

    @Test(arguments: [
        BackupRetention(days: 200_000_000), BackupRetention(last: -1), BackupRetention(yearly: 1_001),
        BackupRetention(daily: Int.max),
    ])
    func aRuleThatNobodyMeansIsRefused(rule: BackupRetention) {
        let error = #expect(throws: BackupError.self) { try rule.check() }
        #expect(error?.kind == .invalid)
    }

    @Test func aRuleMayKeepAllOfAHundredYears() throws {
        let rule = BackupRetention(last: 10_000, days: 36_500, daily: 0, weekly: 0, monthly: 10_000, yearly: 1_000)
        try rule.check()
        let all = backups([(30_000, nil), (1, nil)])
        #expect(rule.expired(all, now: Self.now).isEmpty)
    }

    @Test func aRuleThatNobodyMeansIsNoneOfASchedule() async throws {
        try await BackupPlace.open { place in
            var order = ScheduleOrder("nightly", .full, .daily)
            order.time = "00:00"
            order.retention = BackupRetention(days: 200_000_000)
            let wanted = order
            let error = await #expect(throws: BackupError.self) {
                try await place.service.schedule(wanted, by: BackupPlace.author)
            }
            #expect(error?.kind == .invalid)
            let pruned = await #expect(throws: BackupError.self) {
                try await place.service.deleteOldBackups(daysToKeep: 200_000_000, by: BackupPlace.author)
            }
            #expect(pruned?.kind == .invalid)
        }
    }

    @Test func theRuleOfAScheduleGoesForItsOwnAlone() {
        var all = backups([(70, nil), (60, nil), (50, nil), (40, nil), (30, nil), (20, "d60"), (10, nil)])
        for (number, schedule) in [
            (1, "monthly"), (2, "ended"), (3, "monthly"), (4, "hourly"), (5, "hourly"), (6, "hourly"),
        ] {
            all[number].scheduleID = schedule
        }
        func expired(_ rules: [String: BackupRetention]) -> [String] {
            BackupRetention.expired(all, by: rules, now: Self.now)
        }
        #expect(expired(["hourly": BackupRetention(last: 1)]) == ["d20", "d30"])
        // What is kept of one rests on the other's.
        let rules = ["hourly": BackupRetention(last: 2), "monthly": BackupRetention(last: 0)]
        #expect(expired(rules) == ["d30"])
        #expect(expired([:]).isEmpty)
        // The newest of each stays, and one that is damaged does not push out its own.
        let strict = ["hourly": BackupRetention(last: 1), "monthly": BackupRetention(days: 0)]
        #expect(expired(strict) == ["d20", "d30", "d60"])
        all[3].isSound = false
        #expect(expired(strict) == ["d20", "d30"])
    }

    @Test func whatAKeptOneRestsOnStays() {
        let all = backups([(50, nil), (40, "d50"), (30, "d40"), (20, nil), (10, "d20"), (1, "d10")])
        #expect(kept(BackupRetention(last: 1), all) == ["d20", "d10", "d1"])
        #expect(kept(BackupRetention(days: 30), all) == all.map(\.backupID))
    }
}
