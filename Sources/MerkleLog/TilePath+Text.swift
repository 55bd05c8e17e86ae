extension TilePath {
    /// The path below the log's prefix, such as `tile/0/x001/x234/067.p/8`.
    public var text: String {
        let kind =
            switch contents {
            case .hashes(let level): "\(level)"
            case .entries: "entries"
            }
        return "tile/\(kind)/\(Self.text(ofIndex: index))" + (isPartial ? ".p/\(width)" : "")
    }

    /// Reads a path; any other spelling than the one that ``text`` gives is refused.
    public init(_ text: String) throws(MerkleLogError) {
        var elements = text.split(separator: "/", omittingEmptySubsequences: false)[...]
        guard
            elements.popFirst() == "tile",
            let kind = elements.popFirst(),
            let contents = Self.contents(kind),
            let width = Self.takeWidth(from: &elements),
            let index = Self.index(elements),
            let path = try? TilePath(contents, index: index, width: width),
            path.text.hasSameBytes(as: text)
        else {
            throw MerkleLogError(
                .malformedTile,
                "A tile's path has the form tile/<level or entries>/<index>[.p/<width>]"
            )
        }
        self = path
    }

    /// Groups of three digits, with an x before all but the last.
    private static func text(ofIndex index: Int64) -> String {
        var groups: [String] = []
        var rest = index
        repeat {
            let digits = String(rest % 1000)
            let marker = groups.isEmpty ? "" : "x"
            groups.append(marker + String(repeating: "0", count: 3 - digits.count) + digits)
            rest /= 1000
        } while rest > 0
        return groups.reversed().joined(separator: "/")
    }

    private static func contents(_ text: Substring) -> Contents? {
        if text == "entries" { return .entries }
        return Int64(canonicalDecimal: text).map { .hashes(level: Int($0)) }
    }

    /// Removes the mark of a partial tile from the end, and gives the width; nil if it is malformed.
    private static func takeWidth(from elements: inout ArraySlice<Substring>) -> Int? {
        let mark = ".p"
        guard elements.count > 1, elements[elements.endIndex - 2].hasSuffix(mark) else { return fullWidth }
        guard let width = elements.popLast().flatMap({ Int64(canonicalDecimal: $0) }), width < fullWidth else {
            return nil
        }
        elements[elements.endIndex - 1].removeLast(mark.count)
        return Int(width)
    }

    private static func index(_ elements: ArraySlice<Substring>) -> Int64? {
        var digits = ""
        for (place, element) in elements.enumerated() {
            let isLast = place == elements.count - 1
            guard isLast || element.first == "x" else { return nil }
            let group = isLast ? element : element.dropFirst()
            guard group.utf8.count == 3 else { return nil }
            digits += group
        }
        // Comparing the result's own text with the input refuses superfluous groups and foreign characters.
        return Int64(digits)
    }
}
