#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// An id as a dictionary key, hashed and compared by its bytes.
///
/// Swift's `==` on strings also holds for canonically equivalent texts. Were it used for ids, whoever signs in as the
/// decomposed spelling of "José" would have the roles of the composed one, which PostgreSQL keeps apart.
struct ExactKey: Hashable, Sendable {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    /// Whether two texts are the same bytes.
    static func same(_ left: String, _ right: String) -> Bool { ExactKey(left) == ExactKey(right) }

    static func == (left: ExactKey, right: ExactKey) -> Bool {
        let left = left.text.utf8
        let right = right.text.utf8
        guard left.count == right.count else { return false }
        let same = left.withContiguousStorageIfAvailable { leftBytes in
            right.withContiguousStorageIfAvailable { rightBytes in
                guard let leftBase = leftBytes.baseAddress, let rightBase = rightBytes.baseAddress else { return true }
                return memcmp(leftBase, rightBase, leftBytes.count) == 0
            }
        }
        return (same ?? nil) ?? left.elementsEqual(right)
    }

    func hash(into hasher: inout Hasher) {
        let hashed: Void? = text.utf8.withContiguousStorageIfAvailable {
            hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        if hashed == nil {
            for byte in text.utf8 { hasher.combine(byte) }
        }
    }
}
