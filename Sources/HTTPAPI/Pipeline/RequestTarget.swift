/// The target of a request, cut up: path and query (RFC 9112, section 3.2).
struct RequestTarget {
    /// The path, still encoded; begins with `/`.
    let path: Substring
    /// What follows the `?`, still encoded.
    let query: Substring?

    /// Reads the origin form (`/a?b`) and the absolute form (`http://host/a?b`); nil for anything else.
    init?(_ text: String) {
        var rest = text[...]
        if text.utf8.first != UInt8(ascii: "/") {
            guard let scheme = ["http://", "https://"].first(where: { text.hasPrefix($0) }) else { return nil }
            rest = rest.dropFirst(scheme.count)
            rest = rest[(rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex)...]
        }
        if let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?")) {
            path = mark == rest.startIndex ? "/" : rest[..<mark]
            query = rest[rest.utf8.index(after: mark)...]
        } else {
            path = rest.isEmpty ? "/" : rest
            query = nil
        }
    }

    /// The parameters of the query in order. Throws a problem for one that is not properly encoded.
    func queryItems() throws -> [IncomingRequest.QueryItem] {
        guard let query, !query.isEmpty else { return [] }
        var items: [IncomingRequest.QueryItem] = []
        for pair in query.split(separator: "&") {
            let equals = pair.utf8.firstIndex(of: UInt8(ascii: "="))
            let name = pair[..<(equals ?? pair.endIndex)]
            let value = equals.map { pair[pair.utf8.index(after: $0)...] } ?? ""
            guard let name = PercentCoding.decode(name, plusIsSpace: true),
                let value = PercentCoding.decode(value, plusIsSpace: true)
            else {
                throw Problem(.badRequest, "The query is not properly percent-encoded UTF-8.")
            }
            guard items.count < 100 else { throw Problem(.badRequest, "The query has more than 100 parameters.") }
            items.append(IncomingRequest.QueryItem(name: name, value: value))
        }
        return items
    }
}
