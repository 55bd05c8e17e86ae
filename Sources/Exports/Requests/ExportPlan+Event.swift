import Events

extension ExportPlan {
    /// The event with which it is asked for. Conditions on personal columns are personal too.
    func requested(_ id: String, owner: String, _ tie: ExportService.Tie) -> Events.Exports.Requested {
        let (open, personal) = order.filtersWithDays(of: report).split(by: report)
        let personalCount = personal.count + (order.words == nil ? 0 : 1)
        var size: Int64?
        if case .size(let asked) = order.moment { size = asked }
        return Events.Exports.Requested(
            exportID: id,
            branchID: order.branchID ?? ExportOrder.institution,
            ownerID: owner,
            report: report.name,
            format: .init(rawValue: order.format.rawValue) ?? .csv,
            columns: order.columns,
            filters: open.isEmpty ? nil : open.map(Events.Exports.Requested.Filter.init),
            sort: order.sort,
            locale: order.locale,
            zone: order.zone,
            bom: order.hasByteOrderMark ? true : nil,
            size: size,
            batchID: tie.batchID,
            scheduleID: tie.scheduleID,
            notBefore: tie.notBefore,
            keepDays: order.keepDays.map(Int64.init),
            roleIDs: tie.roles,
            // What is erased is erased together, so that a count that is cut tells as much.
            personalFilterCount: personalCount == 0 ? nil : Int64(min(20, personalCount)),
            personalFilters: personal.isEmpty ? nil : personal.map(Events.Exports.Requested.PersonalFilter.init),
            fileName: order.fileName,
            words: order.words
        )
    }
}

extension ExportOrder {
    /// The conditions as they were asked for, with the range of days among them.
    func filtersWithDays(of report: ExportReport) -> [Filter] {
        guard let day = report.day else { return filters }
        return filters
            + [from.map { Filter(day, .from, $0.text) }, to.map { Filter(day, .to, $0.text) }]
            .compactMap(\.self)
    }
}

extension [ExportOrder.Filter] {
    /// Those that may stand in the log for ever, and those that are personal text.
    func split(by report: ExportReport) -> (open: Self, personal: Self) {
        let names = Set(report.columns.filter(\.isPersonal).map(\.name))
        return (filter { !names.contains($0.column) }, filter { names.contains($0.column) })
    }
}

extension Events.Exports.Requested.Filter: RecordedFilter {}
extension Events.Exports.Requested.Filter.Relation: RecordedRelation {}
extension Events.Exports.Requested.PersonalFilter: RecordedFilter {}
extension Events.Exports.Requested.PersonalFilter.Relation: RecordedRelation {}
