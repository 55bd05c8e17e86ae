package import Backups
package import JSON

/// A schedule to set.
package struct ScheduleToSet: JSONReadable {
    package let order: ScheduleOrder

    package static let schema = Schema.object(
        .required("scheduleId", .string(StringRule.backupName)),
        .required("kind", .oneOf(BackupManifest.Kind.allCases.map(\.rawValue))),
        .required("frequency", .oneOf(BackupSchedule.Frequency.allCases.map(\.rawValue))),
        .optional("repository", .string(StringRule.repositoryName)),
        .optional("time", .string(StringRule(5...5)).described("02:30; needed unless continuous")),
        .optional("weekday", .integer(1...7).described("1 for Monday; needed if weekly")),
        .optional("day", .integer(1...31).described("Of the month; needed if monthly")),
        .optional("seconds", .integer(1...86_400).described("Between two; needed if continuous")),
        .optional("zone", .string(StringRule(1...60)).described("The IANA time zone; UTC if left out")),
        .optional("keep", BackupRetention.schema)
    )

    package init(reading reader: inout JSONReader) {
        let id = reader.string("scheduleId", .backupName)
        var order = ScheduleOrder(
            id,
            reader.choice("kind", default: .full),
            reader.choice("frequency", default: .daily)
        )
        if !reader.has("kind") { reader.refuse("kind", "Say full or incremental.") }
        if !reader.has("frequency") { reader.refuse("frequency", "Say how often.") }
        order.repository = reader.stringIfPresent("repository", .repositoryName)
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
