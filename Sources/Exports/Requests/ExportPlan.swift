import Time

/// What is made into a file: an order that was checked against its report.
struct ExportPlan: Sendable {
    enum Value: Sendable, Hashable {
        case text(String)
        case integer(Int64)
        case number(String)
        case boolean(Bool)
        case day(CalendarDay)
        case timestamp(Timestamp)
    }

    struct Condition: Sendable, Hashable {
        var column: ExportColumn
        var relation: ExportOrder.Filter.Relation
        var value: Value
    }

    struct Sort: Sendable, Hashable {
        var column: ExportColumn
        var isDescending: Bool
    }

    let report: ExportReport
    let order: ExportOrder
    let columns: [ExportColumn]
    let conditions: [Condition]
    let sort: [Sort]

    /// Checks an order.
    ///
    /// - Parameters:
    ///   - base: the pointer to the order in what was sent.
    /// - Throws: everything that is wrong with it.
    init(_ order: ExportOrder, of report: ExportReport, at base: String = "") throws(ExportError) {
        var check = OrderCheck(report, base)
        columns = check.columns(order.columns)
        conditions = check.conditions(order)
        sort = check.sort(order.sort)
        check.words(order)
        check.fileName(order)
        check.settings(order)
        self.report = report
        self.order = order
        guard check.problems.isEmpty else { throw ExportError(problems: check.problems) }
    }

    /// Whether anything in the file depends on who may read personal text.
    var touchesPersonal: Bool {
        order.words != nil || columns.contains(where: \.isPersonal) || conditions.contains(where: \.column.isPersonal)
            || sort.contains(where: \.column.isPersonal)
    }
}
