/// A request for one page of a list.
package struct PageRequest: Sendable, Hashable {
    /// How many things at most.
    package let limit: Int
    /// Where the page before ended; nil for the first page.
    package let after: PageCursor?
    /// What the list is, path and filters: cursors belong to one list.
    let list: String
}

/// `limit` and `cursor`: one page after another. The next one is in the `Link` field of the answer (RFC 8288).
package struct Paging: EndpointInput {
    private let limit: Query<Int>
    private let cursor: Query<String?>

    /// Pages of up to `maximum` things.
    package init(default fallback: Int = 50, maximum: Int = 500) {
        limit = Query("limit", .count(1...maximum), default: fallback, "How many to answer at most.")
        cursor = Query(
            "cursor",
            .text(1...2_048),
            "Where to go on, from the Link field or the next member of the page before; the other parameters unchanged."
        )
    }

    package func describe(in operation: inout OperationDescription) {
        limit.describe(in: &operation)
        cursor.describe(in: &operation)
    }

    package func read(from request: borrowing IncomingRequest, problems: inout [FieldProblem]) throws -> PageRequest? {
        let list = Self.list(of: request)
        guard let limit = try limit.read(from: request, problems: &problems),
            let text = try cursor.read(from: request, problems: &problems)
        else { return nil }
        guard let text else { return PageRequest(limit: limit, after: nil, list: list) }
        guard let cursor = request.cursors.open(text, list: list) else {
            problems.append(
                FieldProblem(.query, "cursor", "is not a cursor of this list. Begin again without it.")
            )
            return nil
        }
        return PageRequest(limit: limit, after: cursor, list: list)
    }

    /// The path and every parameter but these two, in order of name.
    private static func list(of request: borrowing IncomingRequest) -> String {
        var list = String(request.target.prefix { $0 != "?" })
        let filters = request.query.filter { $0.name != "cursor" && $0.name != "limit" }
            .sorted { ($0.name, $0.value) < ($1.name, $1.value) }
        for item in filters { list += "\u{0}\(item.name)\u{0}\(item.value)" }
        return list
    }
}
