#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension String {
    /// Whether both are the same UTF-8 bytes. Swift's `==` also holds for canonically equivalent texts ("é" composed
    /// and decomposed), which JSON and PostgreSQL keep apart.
    package func hasSameBytes(as other: String) -> Bool {
        // Equal bytes are always canonically equivalent, and unequal texts are mostly settled by this quick test.
        guard self == other else { return false }
        let left = utf8
        let right = other.utf8
        guard left.count == right.count else { return false }
        let same = left.withContiguousStorageIfAvailable { leftBytes in
            right.withContiguousStorageIfAvailable { rightBytes in
                guard let leftBase = leftBytes.baseAddress, let rightBase = rightBytes.baseAddress else { return true }
                return memcmp(leftBase, rightBase, leftBytes.count) == 0
            }
        }
        return (same ?? nil) ?? left.elementsEqual(right)
    }
}

/// A string that is hashed and compared by its bytes.
package struct ExactString: Hashable, Sendable {
    /// The string.
    package let text: String

    /// A string as one whose bytes count.
    package init(_ text: String) {
        self.text = text
    }

    package static func == (left: ExactString, right: ExactString) -> Bool {
        left.text.hasSameBytes(as: right.text)
    }

    package func hash(into hasher: inout Hasher) {
        let hashed: Void? = text.utf8.withContiguousStorageIfAvailable {
            hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        if hashed == nil {
            for byte in text.utf8 { hasher.combine(byte) }
        }
    }
}
