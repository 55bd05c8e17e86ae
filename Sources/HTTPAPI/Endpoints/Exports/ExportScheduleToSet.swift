import Exports
import JSON

/// A schedule to set.
struct ExportScheduleToSet: JSONReadable {
    let wish: ExportScheduleOrder

    static let schema = Schema.object(
        [
            .required("scheduleId", .string(scheduleName)),
            .required("frequency", .oneOf(ExportCadence.Frequency.allCases.map(\.rawValue))),
            .optional("time", .string(StringRule(5...5)).described("06:30; needed unless cron")),
            .optional("weekday", .integer(1...7).described("1 for Monday; needed if weekly")),
            .optional(
                "day",
                .integer(1...31).described("Of the month, the last one where it has none such; needed if monthly")
            ),
            .optional(
                "cron",
                .string(StringRule(9...120)).described("Minute, hour, day, month, day of the week; needed if cron")
            ),
            .optional(
                "period",
                .oneOf(ExportPeriod.allCases.map(\.rawValue)).described("The days that each export is about")
            ),
        ] + AnyFormat.members + ExportOrder.members
    )

    private static let scheduleName = StringRule(1...64, AllowedCharacters("A-Za-z0-9._:~\\-"))

    init(reading reader: inout JSONReader) {
        let id = reader.string("scheduleId", Self.scheduleName)
        let cadence = ExportCadence(
            reader.choice("frequency"),
            time: reader.stringIfPresent("time", StringRule(5...5)),
            weekday: reader.integerIfPresent("weekday", in: 1...7).map(Int.init),
            day: reader.integerIfPresent("day", in: 1...31).map(Int.init),
            cron: reader.stringIfPresent("cron", StringRule(9...120, AllowedCharacters("A-Za-z0-9*,/ \\-")))
        )
        let period: ExportPeriod? = reader.choiceIfPresent("period")
        let format = AnyFormat.format(reading: &reader)
        wish = ExportScheduleOrder(id, ExportOrder(reading: &reader, as: format), cadence, period: period)
    }
}
