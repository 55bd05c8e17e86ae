import Backups
import JSON

extension BackupRetention {
    static let schema = Schema.object(
        .optional("last", .integer(countRange)),
        .optional("days", .integer(dayRange)),
        .optional("daily", .integer(countRange)),
        .optional("weekly", .integer(countRange)),
        .optional("monthly", .integer(countRange)),
        .optional("yearly", .integer(yearRange))
    )

    init(reading reader: inout JSONReader) {
        func count(_ name: String, _ range: ClosedRange<Int64> = Self.countRange) -> Int? {
            reader.integerIfPresent(name, in: range).map(Int.init)
        }
        self.init(
            last: count("last"),
            days: count("days", Self.dayRange),
            daily: count("daily"),
            weekly: count("weekly"),
            monthly: count("monthly"),
            yearly: count("yearly", Self.yearRange)
        )
    }
}
