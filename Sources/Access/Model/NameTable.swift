/// Names in the order they came, each with its index. Exact by bytes, as ``ExactKey``.
struct NameTable: Sendable {
    private(set) var names: [String] = []
    private var block = KeyBlock()

    /// Lends the words of the names' table, for look-ups in two steps.
    @inline(__always)
    func withWords<Result>(_ body: (UnsafeBufferPointer<UInt64>) -> Result) -> Result {
        block.withWords(body)
    }

    @inline(__always)
    func find(_ name: String) -> Int32? {
        KeyedHash.withBytes(of: name) { bytes in
            block.withData(of: bytes, hash: KeyedHash.of(bytes)) { Int32(truncatingIfNeeded: $0[0]) }
        }
    }

    /// The index of a name, which is added when it is new.
    mutating func intern(_ name: String) -> Int32 {
        if let known = find(name) { return known }
        let index = names.count
        names.append(name)
        KeyedHash.withBytes(of: name) { bytes in
            block.set(bytes, hash: KeyedHash.of(bytes), to: [UInt64(index)])
        }
        return Int32(index)
    }
}
