/// What a value is found by: a namespace and a text of printable ASCII, so that there is one way to write each.
package struct CacheKey: Sendable, Hashable {
    /// The longest text.
    package static let maximumLength = 1_024

    /// Made once, so that a copy is one reference.
    private final class Content: Sendable {
        let namespace: CacheNamespace
        let text: String
        let hash: Int

        init(_ namespace: CacheNamespace, _ text: String) {
            self.namespace = namespace
            self.text = text
            // Seeded anew in each process: nobody can make keys that collide.
            var hasher = Hasher()
            hasher.combine(namespace.name)
            hasher.combine(text)
            hash = hasher.finalize()
        }
    }

    private let content: Content

    /// Nil where the text is empty, too long, or not all printable ASCII.
    package init?(_ namespace: CacheNamespace, _ text: String) {
        let utf8 = text.utf8
        guard !utf8.isEmpty, utf8.count <= Self.maximumLength, utf8.allSatisfy({ 0x20 <= $0 && $0 < 0x7F }) else {
            return nil
        }
        content = Content(namespace, text)
    }

    var namespace: CacheNamespace { content.namespace }
    var text: String { content.text }
    private var hash: Int { content.hash }

    package static func == (left: CacheKey, right: CacheKey) -> Bool {
        left.content === right.content
            || left.hash == right.hash && left.text == right.text && left.namespace.name == right.namespace.name
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(hash) }

    var spread: UInt64 {
        // The bits that dictionaries and shards use are not those that the sketch uses.
        var bits = UInt64(bitPattern: Int64(hash))
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        return bits ^ (bits >> 27)
    }
}
