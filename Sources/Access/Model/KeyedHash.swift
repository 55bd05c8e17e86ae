/// A hash of an id's bytes, keyed by a secret of this process so that nobody can choose ids that collide.
///
/// Each eight bytes are folded in by one 64 × 64 → 128 bit multiplication. For tables in memory alone: equal hashes are
/// always settled by comparing the bytes.
enum KeyedHash {
    private static let key = UInt64.random(in: .min ... .max)

    static func of(_ text: String) -> UInt64 {
        withBytes(of: text) { of($0) }
    }

    @inline(__always)
    static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let key = Self.key
        let count = bytes.count
        var hash = key ^ UInt64(truncatingIfNeeded: count)
        var offset = 0
        while offset + 8 <= count {
            hash = fold(hash ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < count {
            rest = rest << 8 | UInt64(bytes[offset])
            offset += 1
        }
        return fold(fold(hash ^ rest) ^ key)
    }

    /// Lends an id's bytes.
    @inline(__always)
    static func withBytes<Result>(of text: String, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let result = text.utf8.withContiguousStorageIfAvailable { body(UnsafeRawBufferPointer($0)) }
        return result ?? Array(text.utf8).withUnsafeBytes(body)
    }

    @inline(__always)
    private static func fold(_ value: UInt64) -> UInt64 {
        let product = (value ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low
    }
}
