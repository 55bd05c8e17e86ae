/// A pattern of keys: `*` stands for anything, everything else for itself.
package struct KeyPattern: Sendable, Hashable {
    package static let maximumLength = 200
    /// Each takes a look over the rest of a key.
    package static let maximumStars = 8

    package let text: String
    private let parts: [[UInt8]]

    /// Nil where it is empty, too long, not printable ASCII, or has too many stars.
    package init?(_ text: String) {
        let utf8 = text.utf8
        guard !utf8.isEmpty, utf8.count <= Self.maximumLength, utf8.allSatisfy({ 0x20 <= $0 && $0 < 0x7F }),
            utf8.count(where: { $0 == UInt8(ascii: "*") }) <= Self.maximumStars
        else { return nil }
        self.text = text
        parts = utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map { Array($0) }
    }

    package func matches(_ key: String) -> Bool {
        var rest = Array(key.utf8)[...]
        guard rest.starts(with: parts[0]) else { return false }
        if parts.count == 1 { return rest.count == parts[0].count }
        rest = rest.dropFirst(parts[0].count)
        for part in parts.dropFirst().dropLast() {
            guard let found = Self.find(part, in: rest) else { return false }
            rest = rest[(found + part.count)...]
        }
        let last = parts[parts.count - 1]
        return rest.count >= last.count && rest.suffix(last.count).elementsEqual(last)
    }

    private static func find(_ part: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        guard !part.isEmpty else { return bytes.startIndex }
        var start = bytes.startIndex
        while bytes.endIndex - start >= part.count {
            if bytes[start..<start + part.count].elementsEqual(part) { return start }
            start += 1
        }
        return nil
    }
}
