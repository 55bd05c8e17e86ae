import Audit
import HTTPAPI
import JSON
import Time

/// What the page of the history is asked for: the filters of its form, and where the page before ended.
struct HistoryQuestion: Sendable {
    /// A facet of the form.
    struct Facet: Sendable {
        let name: String
        let label: String
        let path: any WritableKeyPath<AuditFilter, String?> & Sendable
    }

    static let facets = [
        Facet(name: "actor", label: "Actor", path: \.actor),
        Facet(name: "subject", label: "Subject", path: \.subject),
        Facet(name: "action", label: "Action", path: \.action),
        Facet(name: "resource", label: "Resource", path: \.resource),
        Facet(name: "resourceId", label: "Resource id", path: \.resourceID),
        Facet(name: "branch", label: "Branch", path: \.branch),
    ]

    /// What was filled in, by the names of the fields.
    let fields: [String: String]
    /// The same, as the service takes it.
    let filter: AuditFilter
    /// Where the page before ended.
    let after: PageCursor?
    let cursors: CursorSeal

    /// The address of this list with a field filled in otherwise, or left out; from its beginning.
    func address(with name: String? = nil, _ value: String? = nil) -> String {
        var fields = fields
        if let name { fields[name] = value }
        return Self.address(fields)
    }

    /// The address of this list with fields filled in otherwise.
    func address(with values: [String: String]) -> String { Self.address(fields.merging(values) { $1 }) }

    /// Where what is in this list is counted.
    var overview: String { Self.address(fields, at: ConsolePaths.overview) }

    /// The address of the next page.
    func address(after cursor: PageCursor) -> String {
        var fields = fields
        fields["cursor"] = cursors.seal(cursor, list: list)
        return Self.address(fields)
    }

    fileprivate var list: String { Self.list(fields) }

    fileprivate static func list(_ fields: [String: String]) -> String {
        fields.sorted { $0.key < $1.key }.reduce(ConsolePaths.history) { "\($0)\0\($1.key)\0\($1.value)" }
    }

    private static func address(_ fields: [String: String], at path: String = ConsolePaths.history) -> String {
        let query = fields.sorted { $0.key < $1.key }.map { "\($0.key)=\(PercentCoding.encode($0.value))" }
        return query.isEmpty ? path : "\(path)?\(query.joined(separator: "&"))"
    }
}

/// Reads a ``HistoryQuestion`` from a request.
struct HistoryInput: EndpointInput {
    private let query = PageQuery(
        "text",
        "actor",
        "subject",
        "action",
        "resource",
        "resourceId",
        "branch",
        "from",
        "to"
    )
    private let cursor = PageQuery("cursor")

    func describe(in operation: inout OperationDescription) {
        query.describe(in: &operation)
        cursor.describe(in: &operation)
    }

    func read(from request: borrowing IncomingRequest, problems: inout [FieldProblem]) -> HistoryQuestion? {
        let known = problems.count
        guard let fields = query.read(from: request, problems: &problems),
            let place = cursor.read(from: request, problems: &problems)
        else { return nil }
        var filter = AuditFilter()
        for facet in HistoryQuestion.facets {
            guard let value = fields[facet.name] else { continue }
            if value.utf8.count > 200 || value.unicodeScalars.contains(where: { $0.value < 0x20 }) {
                problems.append(FieldProblem(.query, facet.name, "is to have at most 200 characters."))
            }
            filter[keyPath: facet.path] = value
        }
        filter.text = fields["text"]
        if let text = filter.text, text.utf8.count > 1_000 || text.unicodeScalars.contains("\0") {
            problems.append(FieldProblem(.query, "text", "is to have at most 1,000 characters."))
        }
        filter.from = Self.moment(fields["from"], "from", endOfDay: false, &problems)
        filter.to = Self.moment(fields["to"], "to", endOfDay: true, &problems)
        if let from = filter.from, let to = filter.to, from > to {
            problems.append(FieldProblem(.query, "to", "lies before the beginning of the period."))
        }
        var after: PageCursor?
        if let text = place["cursor"] {
            after = request.cursors.open(text, list: HistoryQuestion.list(fields))
            if after == nil { problems.append(FieldProblem(.query, "cursor", "is not of this list.")) }
        }
        guard problems.count == known else { return nil }
        return HistoryQuestion(fields: fields, filter: filter, after: after, cursors: request.cursors)
    }

    /// A day, as browsers' fields for dates have it, or a moment; in UTC.
    private static func moment(
        _ text: String?,
        _ name: String,
        endOfDay: Bool,
        _ problems: inout [FieldProblem]
    ) -> Timestamp? {
        guard let text else { return nil }
        let moment =
            CalendarDay(text) == nil
            ? Timestamp(rfc3339: text)
            : Timestamp(rfc3339: text + (endOfDay ? "T23:59:59.999999Z" : "T00:00:00Z"))
        if moment == nil {
            problems.append(FieldProblem(.query, name, "is to be a day like 2026-01-31."))
        }
        return moment
    }
}
