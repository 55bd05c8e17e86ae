import Backups
import JSON

extension BackupRetention {
    static let schema = Schema.object(
        .optional("last", .integer(0...10_000)),
        .optional("days", .integer(0...36_500)),
        .optional("daily", .integer(0...10_000)),
        .optional("weekly", .integer(0...10_000)),
        .optional("monthly", .integer(0...10_000)),
        .optional("yearly", .integer(0...1_000))
    )

    init(reading reader: inout JSONReader) {
        func count(_ name: String, _ most: Int64) -> Int? { reader.integerIfPresent(name, in: 0...most).map(Int.init) }
        self.init(
            last: count("last", 10_000),
            days: count("days", 36_500),
            daily: count("daily", 10_000),
            weekly: count("weekly", 10_000),
            monthly: count("monthly", 10_000),
            yearly: count("yearly", 1_000)
        )
    }
}
