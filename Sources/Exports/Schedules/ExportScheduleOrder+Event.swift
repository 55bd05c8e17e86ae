import Events

extension ExportScheduleOrder {
    /// The event with which it is set. Conditions on personal columns are personal too.
    func event(owner: String, _ report: ExportReport, roles: [String]?) -> Events.Exports.Scheduled {
        // The days of a period are of each time anew.
        let filters = period == nil ? order.filtersWithDays(of: report) : order.filters
        let (open, personal) = filters.split(by: report)
        return Events.Exports.Scheduled(
            scheduleID: scheduleID,
            branchID: order.branchID ?? ExportOrder.institution,
            ownerID: owner,
            report: order.report,
            format: .init(rawValue: order.format.rawValue) ?? .csv,
            columns: order.columns,
            filters: open.isEmpty ? nil : open.map(Events.Exports.Scheduled.Filter.init),
            sort: order.sort,
            locale: order.locale,
            zone: order.zone,
            bom: order.hasByteOrderMark ? true : nil,
            frequency: .init(rawValue: cadence.frequency.rawValue) ?? .monthly,
            time: cadence.time,
            weekday: cadence.weekday.map(Int64.init),
            day: cadence.day.map(Int64.init),
            cron: cadence.cron,
            period: period.flatMap { .init(rawValue: $0.rawValue) },
            keepDays: order.keepDays.map(Int64.init),
            roleIDs: roles,
            personalFilters: personal.isEmpty ? nil : personal.map(Events.Exports.Scheduled.PersonalFilter.init),
            fileName: order.fileName,
            recipients: order.recipients.isEmpty ? nil : order.recipients,
            words: order.words
        )
    }
}

extension Events.Exports.Scheduled.Filter: RecordedFilter {}
extension Events.Exports.Scheduled.Filter.Relation: RecordedRelation {}
extension Events.Exports.Scheduled.PersonalFilter: RecordedFilter {}
extension Events.Exports.Scheduled.PersonalFilter.Relation: RecordedRelation {}
