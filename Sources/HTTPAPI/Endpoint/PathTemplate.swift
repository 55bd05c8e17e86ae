/// A path with named places: `/rbac/roles/{roleId}`.
package struct PathTemplate: Sendable, Hashable, ExpressibleByStringLiteral {
    enum Segment: Sendable, Hashable {
        case literal(String)
        case parameter(String)
    }

    /// As it was written.
    package let text: String
    let segments: [Segment]

    /// Reads a template; a segment in braces is a place.
    package init(stringLiteral text: String) {
        self.text = text
        segments = text.split(separator: "/").map { segment in
            segment.hasPrefix("{") && segment.hasSuffix("}")
                ? .parameter(String(segment.dropFirst().dropLast()))
                : .literal(String(segment))
        }
    }

    /// The names of the places, from left to right.
    package var parameters: [String] {
        segments.compactMap { if case .parameter(let name) = $0 { name } else { nil } }
    }
}
