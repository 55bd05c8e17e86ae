package import Backups
package import JSON

private let name = StringRule(1...60, AllowedCharacters("a-z0-9-"))
private let backupName = StringRule(1...64, AllowedCharacters("a-z0-9-"))

/// A backup to make.
struct BackupToMake: JSONReadable {
    let order: BackupOrder

    static let schema = Schema.object(
        .required("kind", .oneOf(BackupManifest.Kind.allCases.map(\.rawValue))),
        .optional("repository", .string(name).described("Where; the usual one if left out")),
        .optional(
            "baseId",
            .string(backupName).described("What an incremental one goes on from; the newest if left out")
        ),
        .optional("description", .string(StringRule(1...500, .text))),
        .optional("escrowKeys", .boolean.described("Whether the keys that sign the log are put in"))
    )

    init(reading reader: inout JSONReader) {
        let kind: BackupManifest.Kind? = reader.choiceIfPresent("kind")
        if kind == nil, !reader.has("kind") { reader.refuse("kind", "Say full or incremental.") }
        order = BackupOrder(
            kind ?? .full,
            repository: reader.stringIfPresent("repository", name),
            baseID: reader.stringIfPresent("baseId", backupName),
            summary: reader.stringIfPresent("description", StringRule(1...500, .text)),
            escrowsKeys: reader.bool("escrowKeys", default: false)
        )
        if order.kind == .full, order.baseID != nil { reader.refuse("baseId", "A full backup goes on from none.") }
    }
}

/// How closely to look.
struct BackupToVerify: JSONReadable {
    let depth: BackupReport.Depth
    let repository: String?

    static let schema = Schema.object(
        .optional("depth", .oneOf(BackupReport.Depth.allCases.map(\.rawValue)).described("full if left out")),
        .optional("repository", .string(name))
    )

    init(reading reader: inout JSONReader) {
        depth = reader.choiceIfPresent("depth") ?? .full
        repository = reader.stringIfPresent("repository", name)
    }
}

/// Where to copy.
struct BackupTarget: JSONReadable {
    let repository: String

    static let schema = Schema.object(.required("repository", .string(name)))

    init(reading reader: inout JSONReader) { repository = reader.string("repository", name) }
}

/// The confirmation of a restore in place.
struct BackupToRestore: JSONReadable {
    let previewToken: String?
    let reason: String?

    static let schema = Schema.object(
        .optional(
            "previewToken",
            .string(StringRule(1...400)).described(
                "Of the answer to the same request without it, which shows what would change"
            )
        ),
        .optional("reason", .string(StringRule(1...2_000, .text)).described("Why; needed with previewToken"))
    )

    init(reading reader: inout JSONReader) {
        previewToken = reader.stringIfPresent("previewToken", StringRule(1...400, AllowedCharacters("A-Za-z0-9_\\-")))
        reason = reader.stringIfPresent("reason", StringRule(1...2_000, .text))
        if previewToken != nil, reason?.allSatisfy(\.isWhitespace) != false {
            reader.refuse("reason", "Say why.")
        }
    }
}

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

/// What to keep.
struct BackupsToKeep: JSONReadable {
    let retention: BackupRetention
    let repository: String?
    let isDryRun: Bool

    static let schema = Schema.object(
        .required("keep", BackupRetention.schema),
        .optional("repository", .string(name)),
        .optional("dryRun", .boolean.described("Whether only to say what would go"))
    )

    init(reading reader: inout JSONReader) {
        retention = reader.nested("keep") { BackupRetention(reading: &$0) } ?? BackupRetention()
        repository = reader.stringIfPresent("repository", name)
        isDryRun = reader.bool("dryRun", default: false)
        if reader.has("keep"), retention.isEmpty { reader.refuse("keep", "Say which backups are kept.") }
    }
}

/// A schedule to set.
package struct ScheduleToSet: JSONReadable {
    package let order: ScheduleOrder

    package static let schema = Schema.object(
        .required("scheduleId", .string(backupName)),
        .required("kind", .oneOf(BackupManifest.Kind.allCases.map(\.rawValue))),
        .required("frequency", .oneOf(BackupSchedule.Frequency.allCases.map(\.rawValue))),
        .optional("repository", .string(name)),
        .optional("time", .string(StringRule(5...5)).described("02:30; needed unless continuous")),
        .optional("weekday", .integer(1...7).described("1 for Monday; needed if weekly")),
        .optional("day", .integer(1...31).described("Of the month; needed if monthly")),
        .optional("seconds", .integer(1...86_400).described("Between two; needed if continuous")),
        .optional("zone", .string(StringRule(1...60)).described("The IANA time zone; UTC if left out")),
        .optional("keep", BackupRetention.schema)
    )

    package init(reading reader: inout JSONReader) {
        let id = reader.string("scheduleId", backupName)
        var order = ScheduleOrder(
            id,
            reader.choice("kind", default: .full),
            reader.choice("frequency", default: .daily)
        )
        if !reader.has("kind") { reader.refuse("kind", "Say full or incremental.") }
        if !reader.has("frequency") { reader.refuse("frequency", "Say how often.") }
        order.repository = reader.stringIfPresent("repository", name)
        order.time = reader.stringIfPresent("time", StringRule(5...5))
        order.weekday = reader.integerIfPresent("weekday", in: 1...7).map(Int.init)
        order.day = reader.integerIfPresent("day", in: 1...31).map(Int.init)
        order.seconds = reader.integerIfPresent("seconds", in: 1...86_400).map(Int.init)
        order.zone = reader.string("zone", StringRule(1...60), default: "UTC")
        if reader.has("keep") {
            order.retention = reader.nested("keep") { BackupRetention(reading: &$0) } ?? order.retention
        }
        self.order = order
    }
}
