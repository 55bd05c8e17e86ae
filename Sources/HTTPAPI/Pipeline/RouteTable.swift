import HTTPTypes

/// Finds the endpoint of a path: a tree of segments, literals before places.
struct RouteTable: Sendable {
    /// What a path leads to.
    enum Match {
        case endpoint(Endpoint, values: [(name: String, value: String)])
        /// The path is known, but not with this method.
        case otherMethods([HTTPRequest.Method])
        case none
        /// A place holds what is not properly encoded.
        case malformed
    }

    private struct Node: Sendable {
        var literals: [(segment: String, node: Int)] = []
        var place: Int?
        var endpoints: [Endpoint] = []
    }

    private var nodes = [Node()]

    /// Throws if two endpoints have the same method and path.
    init(_ endpoints: [Endpoint]) throws(EndpointError) {
        for endpoint in endpoints {
            var node = 0
            for segment in endpoint.path.segments { node = child(of: node, along: segment) }
            guard !nodes[node].endpoints.contains(where: { $0.method == endpoint.method }) else {
                throw EndpointError("\(endpoint.method) \(endpoint.path.text) is declared twice.")
            }
            nodes[node].endpoints.append(endpoint)
        }
    }

    private mutating func child(of node: Int, along segment: PathTemplate.Segment) -> Int {
        switch segment {
        case .literal(let text):
            if let known = nodes[node].literals.first(where: { $0.segment == text }) { return known.node }
            nodes.append(Node())
            nodes[node].literals.append((text, nodes.count - 1))
        case .parameter:
            if let known = nodes[node].place { return known }
            nodes.append(Node())
            nodes[node].place = nodes.count - 1
        }
        return nodes.count - 1
    }

    /// The endpoint of a path, which is still encoded. HEAD is answered by GET.
    func match(_ method: HTTPRequest.Method, _ path: Substring) -> Match {
        // The path begins with a slash, and only "/" itself ends with one.
        let segments =
            path.utf8.count == 1 ? [] : path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        var values: [Substring] = []
        guard let node = find(segments[...], from: 0, &values) else { return .none }
        let wanted = method == .head ? .get : method
        guard let endpoint = nodes[node].endpoints.first(where: { $0.method == wanted }) else {
            return .otherMethods(nodes[node].endpoints.map(\.method))
        }
        guard !values.isEmpty else { return .endpoint(endpoint, values: []) }
        var named: [(name: String, value: String)] = []
        for (name, value) in zip(endpoint.path.parameters, values) {
            guard let value = PercentCoding.decode(value) else { return .malformed }
            named.append((name, value))
        }
        return .endpoint(endpoint, values: named)
    }

    private func find(_ segments: ArraySlice<Substring>, from node: Int, _ values: inout [Substring]) -> Int? {
        guard let segment = segments.first else { return nodes[node].endpoints.isEmpty ? nil : node }
        for literal in nodes[node].literals where literal.segment == segment {
            if let found = find(segments.dropFirst(), from: literal.node, &values) { return found }
        }
        guard let place = nodes[node].place, !segment.isEmpty else { return nil }
        values.append(segment)
        if let found = find(segments.dropFirst(), from: place, &values) { return found }
        values.removeLast()
        return nil
    }
}
