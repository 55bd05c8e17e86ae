package import Time

/// What somebody asks to have made into a file, before it is known whether it can be.
package struct ExportOrder: Sendable, Hashable {
    /// A condition on a column.
    package struct Filter: Sendable, Hashable {
        /// How the column stands to the value.
        package enum Relation: String, Sendable, Hashable, CaseIterable {
            case equal, from, to
        }

        /// The column's name.
        package var column: String
        /// How it stands to the value.
        package var relation: Relation
        /// The value, as text.
        package var value: String
        /// Whether the log keeps it as personal text.
        var isPersonal = false

        /// A condition.
        package init(_ column: String, _ relation: Relation, _ value: String) {
            self.column = column
            self.relation = relation
            self.value = value
        }
    }

    /// As of when.
    package enum Moment: Sendable, Hashable {
        /// When it is its turn.
        case turn
        /// Right after the event at a position.
        case position(Int64)
        /// After the last event recorded at or before a time.
        case time(Timestamp)
        /// After the first events of the log, so many.
        case size(Int64)
    }

    /// The report, or a table of a read model: `students`, `people.leave_requests`.
    package var report: String
    /// What kind of file.
    package var format: ExportFormat
    /// Of this branch alone.
    package var branchID: String?
    /// The columns, in order; the usual ones if nil.
    package var columns: [String]?
    /// What rows have to meet.
    package var filters: [Filter] = []
    /// Words that occur in its rows, as a search engine takes them, where the report is searched by words. Personal.
    package var words: String?
    /// The first day that it is about.
    package var from: CalendarDay?
    /// The last day.
    package var to: CalendarDay?
    /// What rows are ordered by; from the greatest on after a minus sign. The usual order if nil.
    package var sort: [String]?
    /// The language and country whose habits it follows (BCP 47).
    package var locale = "en"
    /// The IANA time zone that times are told in.
    package var zone = "UTC"
    /// Whether a CSV file begins with a byte order mark.
    package var hasByteOrderMark = false
    /// The name of the file, without its end; that of the report if nil.
    package var fileName: String?
    /// As of when.
    package var moment = Moment.turn
    /// For how many days the file is kept; as is usual here if nil.
    package var keepDays: Int?
    /// Whom it is sent to.
    package var recipients: [String] = []

    /// How many conditions of it the log keeps as personal text.
    var personalConditions: Int { filters.count(where: \.isPersonal) + (words == nil ? 0 : 1) }

    /// An order.
    package init(_ report: String, as format: ExportFormat) {
        self.report = report
        self.format = format
    }

    /// As others than its owner may see it: without conditions on personal text and the words that are searched for, without the
    /// name that its owner gave the file, and without whom it is sent to.
    var withoutPersonal: ExportOrder {
        var order = self
        order.filters.removeAll(where: \.isPersonal)
        order.words = nil
        order.fileName = nil
        order.recipients = []
        return order
    }
}
