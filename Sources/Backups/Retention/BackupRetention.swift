import Foundation
package import JSON
import Time

/// Which backups are kept: by count, by age, and one for each of so many days, weeks, months and years
/// (grandfather-father-son). What any of these keeps is kept, and whatever that rests on.
package struct BackupRetention: Sendable, Hashable {
    /// How many of the newest.
    package var last: Int?
    /// All that are so many days old or younger.
    package var days: Int?
    /// The newest of each of so many days.
    package var daily: Int?
    /// The newest of each of so many weeks (ISO 8601).
    package var weekly: Int?
    /// The newest of each of so many months.
    package var monthly: Int?
    /// The newest of each of so many years.
    package var yearly: Int?

    /// A rule.
    package init(
        last: Int? = nil,
        days: Int? = nil,
        daily: Int? = nil,
        weekly: Int? = nil,
        monthly: Int? = nil,
        yearly: Int? = nil
    ) {
        self.last = last
        self.days = days
        self.daily = daily
        self.weekly = weekly
        self.monthly = monthly
        self.yearly = yearly
    }

    /// Whether it keeps nothing, because nothing was said.
    package var isEmpty: Bool { self == BackupRetention() }

    /// For how many days all may be kept.
    package static let dayRange: ClosedRange<Int64> = 0...36_500
    /// For how many years one of each may be kept.
    package static let yearRange: ClosedRange<Int64> = 0...1_000
    /// How many of anything else may be.
    package static let countRange: ClosedRange<Int64> = 0...10_000

    /// Refuses a rule with counts that none has.
    package func check() throws(BackupError) {
        let counts = [
            (days, Self.dayRange), (yearly, Self.yearRange), (last, Self.countRange), (daily, Self.countRange),
            (weekly, Self.countRange), (monthly, Self.countRange),
        ]
        guard counts.allSatisfy({ count, range in range.contains(Int64(count ?? 0)) }) else {
            throw BackupError(
                .invalid,
                "A rule keeps all of at most \(Self.dayRange.upperBound) days, one of each of at most "
                    + "\(Self.yearRange.upperBound) years, and 0 to \(Self.countRange.upperBound) of anything else."
            )
        }
    }

    /// A backup as far as its keeping goes.
    struct Candidate: Sendable, Hashable {
        var backupID: String
        var baseID: String?
        /// The schedule that made it; nil where somebody did.
        var scheduleID: String?
        var createdAt: Timestamp
        /// False where something was found in it, or in what it rests on.
        var isSound = true
    }

    /// Which backups go. Pure.
    ///
    /// The newest always stays. A backup that another one rests on stays as long as that does. One that is damaged counts for
    /// nothing: what would be kept without it is kept.
    func expired(_ backups: [Candidate], now: Timestamp) -> [String] {
        Self.expired(backups) { wanted($0, now: now) }
    }

    /// Which backups go by the rules of schedules: of what a schedule made, what its own rule does not keep. Pure.
    ///
    /// What no schedule made that is named here stays, whoever made it.
    ///
    /// - Parameter rules: by schedule; one that keeps all has none.
    static func expired(_ backups: [Candidate], by rules: [String: BackupRetention], now: Timestamp) -> [String] {
        expired(backups) { newestFirst in
            var kept: Set<String> = []
            for (scheduleID, own) in Dictionary(grouping: newestFirst, by: \.scheduleID) {
                if let rule = scheduleID.flatMap({ rules[$0] }) {
                    kept.formUnion(rule.wanted(own, now: now))
                } else {
                    kept.formUnion(own.map(\.backupID))
                }
            }
            return kept
        }
    }

    /// - Parameter wanted: what is kept for its own sake, of backups of which the newest comes first.
    private static func expired(_ backups: [Candidate], _ wanted: ([Candidate]) -> Set<String>) -> [String] {
        let newestFirst = backups.sorted { ($0.createdAt, $0.backupID) > ($1.createdAt, $1.backupID) }
        let bases = Dictionary(newestFirst.compactMap { backup in backup.baseID.map { (backup.backupID, $0) } }) { $1 }
        var kept = wanted(newestFirst)
        let sound = newestFirst.filter(\.isSound)
        if sound.count < newestFirst.count { kept.formUnion(wanted(sound)) }
        for backup in newestFirst where kept.contains(backup.backupID) {
            var base = bases[backup.backupID]
            while let id = base, kept.insert(id).inserted { base = bases[id] }
        }
        return newestFirst.map(\.backupID).filter { !kept.contains($0) }
    }

    /// What the rule itself keeps, of backups of which the newest comes first.
    private func wanted(_ newestFirst: [Candidate], now: Timestamp) -> Set<String> {
        var kept = Set(newestFirst.prefix(max(1, last ?? 0)).map(\.backupID))
        if let days {
            let limit = now.microseconds - Int64(days) * 86_400_000_000
            kept.formUnion(newestFirst.filter { $0.createdAt.microseconds >= limit }.map(\.backupID))
        }
        let periods: [(count: Int?, components: Set<Calendar.Component>)] = [
            (daily, [.year, .month, .day]), (weekly, [.yearForWeekOfYear, .weekOfYear]),
            (monthly, [.year, .month]), (yearly, [.year]),
        ]
        for (count, components) in periods {
            guard let count else { continue }
            kept.formUnion(Self.newestOfEach(components, count, newestFirst))
        }
        return kept
    }

    private static func newestOfEach(
        _ components: Set<Calendar.Component>,
        _ count: Int,
        _ newestFirst: [Candidate]
    ) -> [String] {
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = .gmt
        var seen: Set<DateComponents> = []
        var kept: [String] = []
        for backup in newestFirst where seen.count <= count {
            let date = Date(timeIntervalSince1970: Double(backup.createdAt.microseconds) / 1_000_000)
            if seen.insert(calendar.dateComponents(components, from: date)).inserted, seen.count <= count {
                kept.append(backup.backupID)
            }
        }
        return kept
    }

    /// Writes it as the members of a JSON object.
    package func write(to json: inout JSONWriter) {
        for (name, value) in [
            ("last", last), ("days", days), ("daily", daily), ("weekly", weekly), ("monthly", monthly),
            ("yearly", yearly),
        ] {
            if let value { json.member(name, value) }
        }
    }
}
