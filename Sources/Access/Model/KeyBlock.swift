#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Keys with a few words of data each, in one block of memory: what is looked up together lies together.
///
/// The block begins with a hash table of open addressing, whose slots point at records behind it; a record is a header,
/// the key's bytes and the data. A look-up touches the slot and the record and nothing else, which is what a check costs
/// when a hundred thousand users do not fit the processor's cache.
struct KeyBlock: Sendable {
    /// Word 0: how many slots there are, and in the upper half how many keys. Word 1: how many words are of no use any
    /// more. Then the slots: the upper half of a hash and, in the lower, the record's offset; 0 is empty.
    private var words: [UInt64]

    private static let firstSlot = 2
    private static let lowerHalf: UInt64 = 0xFFFF_FFFF
    /// The longest key, in bytes, and the most data, in words, that a header can tell.
    static let maximumKey = 0xFFFF
    static let maximumData = 0xFF_FFFF
    /// How many slots the blocks of a large table are made with.
    static let usualSlots = 64

    init(slots: Int = 8) {
        words = Array(repeating: 0, count: Self.firstSlot + slots)
        words[0] = UInt64(slots)
    }

    /// How many keys there are.
    var count: Int { Int(words[0] >> 32) }

    /// Lends the data of a key; nil when it is not there.
    @inline(__always)
    func withData<Result>(
        of key: UnsafeRawBufferPointer,
        hash: UInt64,
        _ body: (UnsafeBufferPointer<UInt64>) -> Result
    ) -> Result? {
        words.withUnsafeBufferPointer { words in
            Self.data(of: key, hash, at: Self.candidate(hash, in: words), in: words).map(body)
        }
    }

    /// Lends the words, for look-ups in two steps: ``candidate(_:in:)``, then ``data(of:_:at:in:)``.
    ///
    /// Memory answers late. Whoever needs two keys asks for both candidates first, so that the processor waits for both
    /// at once.
    @inline(__always)
    func withWords<Result>(_ body: (UnsafeBufferPointer<UInt64>) -> Result) -> Result {
        words.withUnsafeBufferPointer(body)
    }

    /// The first slot that may be the hash's; a negative one when there is none.
    @inline(__always)
    static func candidate(_ hash: UInt64, in words: UnsafeBufferPointer<UInt64>) -> Int {
        let slots = Int(words[0] & lowerHalf)
        // Most blocks have this many. Taken for granted, the slot is fetched without waiting for the number.
        if slots == usualSlots {
            return candidate(hash, from: Int(truncatingIfNeeded: hash), usualSlots - 1, in: words)
        }
        return candidate(hash, from: Int(truncatingIfNeeded: hash), slots - 1, in: words)
    }

    /// The data of a key whose slot may be the candidate; nil when the key is not there.
    @inline(__always)
    static func data(
        of key: UnsafeRawBufferPointer,
        _ hash: UInt64,
        at candidate: Int,
        in words: UnsafeBufferPointer<UInt64>
    ) -> UnsafeBufferPointer<UInt64>? {
        guard let record = find(key, hash, from: candidate, in: words)?.record else { return nil }
        return UnsafeBufferPointer(rebasing: words[record.data])
    }

    /// Sets the data of a key, which is added when it is new.
    mutating func set(_ key: UnsafeRawBufferPointer, hash: UInt64, to data: [UInt64]) {
        // What the log holds is far below both; what were not kept would only grant less.
        guard key.count <= Self.maximumKey, data.count <= Self.maximumData else { return }
        let found = words.withUnsafeBufferPointer { Self.find(key, hash, from: Self.candidate(hash, in: $0), in: $0) }
        if let found, data.count <= found.record.capacity {
            overwrite(found.record, with: data)
        } else if let found {
            let offset = append(key, data)
            words[found.slot] = hash & ~Self.lowerHalf | UInt64(offset)
            words[1] += UInt64(found.record.words)
            if words[1] * 2 > words.count { rebuild(slots: Int(words[0] & Self.lowerHalf)) }
        } else {
            let slots = Int(words[0] & Self.lowerHalf)
            if (count + 1) * 3 > slots * 2 { rebuild(slots: slots * 2) }
            let offset = append(key, data)
            place(hash, offset)
            words[0] += 1 << 32
        }
    }

    /// Every key with its data, in no order.
    func forEach(_ body: (UnsafeRawBufferPointer, UnsafeBufferPointer<UInt64>) -> Void) {
        words.withUnsafeBufferPointer { words in
            let slots = Int(words[0] & Self.lowerHalf)
            for slot in Self.firstSlot..<Self.firstSlot + slots where words[slot] != 0 {
                let record = Record(words, at: Int(words[slot] & Self.lowerHalf))
                let key = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(words)[record.key])
                body(key, UnsafeBufferPointer(rebasing: words[record.data]))
            }
        }
    }
}

// MARK: - Records

extension KeyBlock {
    /// Where the parts of a record are. Its header tells the key's length in bytes, and how many words of data there are
    /// and could be.
    private struct Record {
        let offset: Int
        let keyLength: Int
        let count: Int
        let capacity: Int

        @inline(__always)
        init(_ words: UnsafeBufferPointer<UInt64>, at offset: Int) {
            let header = words[offset]
            self.offset = offset
            keyLength = Int(header & 0xFFFF)
            count = Int(header >> 16 & 0xFF_FFFF)
            capacity = Int(header >> 40)
        }

        static func header(keyLength: Int, count: Int, capacity: Int) -> UInt64 {
            UInt64(keyLength) | UInt64(count) << 16 | UInt64(capacity) << 40
        }

        var key: Range<Int> { (offset + 1) * 8..<(offset + 1) * 8 + keyLength }
        private var keyWords: Int { (keyLength + 7) / 8 }
        var dataStart: Int { offset + 1 + keyWords }
        var data: Range<Int> { dataStart..<dataStart + count }
        var words: Int { 1 + keyWords + capacity }
    }

    /// The next slot, from some place on, that has the hash's upper half.
    @inline(__always)
    private static func candidate(
        _ hash: UInt64,
        from place: Int,
        _ mask: Int,
        in words: UnsafeBufferPointer<UInt64>
    ) -> Int {
        var slot = place & mask
        while true {
            let entry = words[firstSlot + slot]
            if entry == 0 { return -1 }
            if (entry ^ hash) & ~lowerHalf == 0 { return firstSlot + slot }
            slot = (slot + 1) & mask
        }
    }

    @inline(__always)
    private static func find(
        _ key: UnsafeRawBufferPointer,
        _ hash: UInt64,
        from candidate: Int,
        in words: UnsafeBufferPointer<UInt64>
    ) -> (slot: Int, record: Record)? {
        var slot = candidate
        while slot >= 0 {
            let record = Record(words, at: Int(words[slot] & lowerHalf))
            if record.keyLength == key.count, isSame(key, record, in: words) { return (slot, record) }
            let mask = Int(words[0] & lowerHalf) - 1
            slot = Self.candidate(hash, from: slot - firstSlot + 1, mask, in: words)
        }
        return nil
    }

    @inline(__always)
    private static func isSame(
        _ key: UnsafeRawBufferPointer,
        _ record: Record,
        in words: UnsafeBufferPointer<UInt64>
    ) -> Bool {
        guard let wanted = key.baseAddress, let base = UnsafeRawPointer(words.baseAddress) else { return key.isEmpty }
        return memcmp(wanted, base + record.key.lowerBound, key.count) == 0
    }

    private mutating func overwrite(_ record: Record, with data: [UInt64]) {
        words[record.offset] = Record.header(
            keyLength: record.keyLength,
            count: data.count,
            capacity: record.capacity
        )
        for (index, word) in data.enumerated() { words[record.dataStart + index] = word }
    }

    private mutating func append(_ key: UnsafeRawBufferPointer, _ data: [UInt64]) -> Int {
        let offset = words.count
        words.append(Record.header(keyLength: key.count, count: data.count, capacity: data.count))
        var index = 0
        while index < key.count {
            var word: UInt64 = 0
            withUnsafeMutableBytes(of: &word) { word in
                word.copyBytes(from: UnsafeRawBufferPointer(rebasing: key[index..<min(index + 8, key.count)]))
            }
            words.append(word)
            index += 8
        }
        words.append(contentsOf: data)
        return offset
    }

    private mutating func place(_ hash: UInt64, _ offset: Int) {
        let mask = Int(words[0] & Self.lowerHalf) - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while words[Self.firstSlot + slot] != 0 { slot = (slot + 1) & mask }
        words[Self.firstSlot + slot] = hash & ~Self.lowerHalf | UInt64(offset)
    }

    private mutating func rebuild(slots: Int) {
        var rebuilt = KeyBlock(slots: slots)
        rebuilt.words.reserveCapacity(words.count + slots)
        forEach { key, data in
            let offset = rebuilt.append(key, Array(data))
            rebuilt.place(KeyedHash.of(key), offset)
            rebuilt.words[0] += 1 << 32
        }
        self = rebuilt
    }
}
