/// From an id to its place in a table: open addressing over the ids' hashes.
///
/// A value with copy-on-write parts, meant for tables that are read all the time and change seldom, and for the small
/// pieces that ``UserTable`` is cut into.
struct KeyIndex: Sendable {
    /// The upper 40 bits of a hash, and in the lower 24 the place plus one; 0 is an empty slot.
    private var slots: [UInt64]
    private var used = 0

    private static let placeMask: UInt64 = (1 << 24) - 1
    /// How many places can be told apart.
    static let capacity = Int(placeMask) - 1

    init(minimumSlots: Int = 8) {
        slots = Array(repeating: 0, count: minimumSlots)
    }

    /// The place of a key; `matches` compares the key at a place, for hashes may coincide.
    @inline(__always)
    func find(hash: UInt64, matches: (Int) -> Bool) -> Int? {
        slots.withUnsafeBufferPointer { slots in
            let mask = slots.count - 1
            let tag = hash & ~Self.placeMask
            var slot = Int(truncatingIfNeeded: hash) & mask
            while true {
                let entry = slots[slot]
                if entry == 0 { return nil }
                if entry & ~Self.placeMask == tag {
                    let place = Int(entry & Self.placeMask) - 1
                    if matches(place) { return place }
                }
                slot = (slot + 1) & mask
            }
        }
    }

    /// Adds a key that is not there yet. `hashAt` hashes the key at a place, for when the index has to grow.
    mutating func insert(hash: UInt64, place: Int, hashAt: (Int) -> UInt64) {
        if (used + 1) * 3 > slots.count * 2 {
            let old = slots
            slots = Array(repeating: 0, count: old.count * 2)
            for entry in old where entry != 0 {
                let place = Int(entry & Self.placeMask) - 1
                put(hash: hashAt(place), place: place)
            }
        }
        put(hash: hash, place: place)
        used += 1
    }

    private mutating func put(hash: UInt64, place: Int) {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = hash & ~Self.placeMask | UInt64(place + 1)
    }
}

/// Names in the order they came, each with its index.
struct NameTable: Sendable {
    private(set) var names: [ExactKey] = []
    private var index = KeyIndex()

    @inline(__always)
    func find(_ name: String) -> Int32? {
        names.withUnsafeBufferPointer { names in
            let key = ExactKey(name)
            return index.find(hash: KeyedHash.of(name)) { names[$0] == key }.map { Int32(truncatingIfNeeded: $0) }
        }
    }

    /// The index of a name, which is added when it is new.
    mutating func intern(_ name: String) -> Int32 {
        if let known = find(name) { return known }
        let place = names.count
        names.append(ExactKey(name))
        let names = names
        index.insert(hash: KeyedHash.of(name), place: place) { KeyedHash.of(names[$0].text) }
        return Int32(place)
    }
}
