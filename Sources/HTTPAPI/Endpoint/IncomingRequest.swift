package import HTTPTypes
package import NIOCore

/// A request as it arrived, routed but not yet read: what inputs read from.
package struct IncomingRequest: Sendable {
    /// A `name=value` of the query, decoded.
    package struct QueryItem: Sendable, Hashable {
        package let name: String
        package let value: String
    }

    /// The method as sent; HEAD is answered by the endpoint of GET.
    package let method: HTTPRequest.Method
    /// The path and query as sent.
    package let target: String
    /// The host that it was sent to, as the client says: of `Host`, or of an absolute target.
    package let authority: String?
    /// The header fields.
    package let headers: HTTPFields
    /// What stands at the places of the path, by their names, decoded.
    package let pathValues: [(name: String, value: String)]
    /// The query in order.
    package let query: [QueryItem]
    /// Who acts.
    package let actor: String
    /// Reads and writes the cursors of pages.
    package let cursors: CursorSeal
    /// The body, empty where the endpoint takes none.
    package var body: ByteBuffer

    /// What stands at a place of the path.
    package func pathValue(_ name: String) -> String? {
        pathValues.first { $0.name == name }?.value
    }

    /// The value of a query parameter, the problem noted if it comes more than once.
    package func queryValue(_ name: String, problems: inout [FieldProblem]) -> String? {
        var value: String?
        for item in query where item.name == name {
            if value != nil {
                problems.append(FieldProblem(.query, name, "comes more than once; give it once."))
            }
            value = item.value
        }
        return value
    }
}
