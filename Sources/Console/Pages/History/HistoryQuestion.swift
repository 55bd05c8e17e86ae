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
        Facet(name: "type", label: "Type", path: \.type),
        Facet(name: "resource", label: "Resource", path: \.resource),
        Facet(name: "resourceId", label: "Resource id", path: \.resourceID),
        Facet(name: "branch", label: "Branch", path: \.branch),
    ]

    /// What is filled in to ask by.
    static let asked = ["text"] + facets.map(\.name) + ["from", "to"]
    /// The saved search that was opened: it says nothing of what is asked.
    static let opened = "search"
    /// All fields of the form.
    static let names = asked + [opened]

    /// What was filled in, by the names of the fields.
    let fields: [String: String]
    /// The same, as the service takes it.
    let filter: AuditFilter
    /// Where the page before ended.
    let after: PageCursor?
    let cursors: CursorSeal

    /// What is asked by, in one order.
    var chosen: [(name: String, value: String)] {
        Self.asked.compactMap { name in fields[name].map { (name, $0) } }
    }

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

    /// The address of the list that fields ask for.
    static func address(_ fields: [String: String], at path: String = ConsolePaths.history) -> String {
        ConsolePaths.address(path, fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }
}

/// Reads a ``HistoryQuestion`` from a request.
struct HistoryInput: EndpointInput {
    private let query = PageQuery(HistoryQuestion.names)
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
        let (filter, wrong) = HistoryQuestion.filter(fields)
        problems += wrong.map { FieldProblem(.query, $0.name, $0.detail) }
        var after: PageCursor?
        if let text = place["cursor"] {
            after = request.cursors.open(text, list: HistoryQuestion.list(fields))
            if after == nil { problems.append(FieldProblem(.query, "cursor", "is not of this list.")) }
        }
        guard problems.count == known else { return nil }
        return HistoryQuestion(fields: fields, filter: filter, after: after, cursors: request.cursors)
    }
}
