/// What every user was assigned: a hash table cut into blocks of a few dozen users.
///
/// A copy shares all blocks, and changing one user copies one block and the two short arrays that lead to it. So a
/// snapshot for readers costs nothing to take, and an assignment costs the same in a school and in a country.
struct UserTable: Sendable {
    /// So few that hardly ever more hash to one block than its slots can take.
    private static let usersPerBlock = 24

    private var groups: [[KeyBlock]] = [[KeyBlock()]]
    private var groupBits: UInt64 = 0
    private var blockBits: UInt64 = 0
    private(set) var count = 0

    /// A user's assignments; nil for somebody never heard of.
    subscript(user: ExactKey) -> UserGrants? {
        KeyedHash.withBytes(of: user.text) { bytes in
            let hash = KeyedHash.of(bytes)
            return groups[group(hash)][block(hash)].withData(of: bytes, hash: hash) { UserGrants($0) }
        }
    }

    /// Lends the words of the block where a hash belongs, for look-ups in two steps.
    ///
    /// A user's data are the version of the user's stream, then the words of each assignment.
    @inline(__always)
    func withWords<Result>(_ hash: UInt64, _ body: (UnsafeBufferPointer<UInt64>) -> Result) -> Result {
        groups.withUnsafeBufferPointer { groups in
            groups[group(hash)].withUnsafeBufferPointer { blocks in
                blocks[block(hash)].withWords(body)
            }
        }
    }

    /// Changes a user's assignments, beginning from `initial` for somebody never heard of.
    mutating func update(_ user: ExactKey, default initial: UserGrants, _ body: (inout UserGrants) -> Void) {
        let known = self[user]
        if known == nil {
            if count >= Self.usersPerBlock << (groupBits + blockBits) { grow() }
            count += 1
        }
        var grants = known ?? initial
        body(&grants)
        KeyedHash.withBytes(of: user.text) { set($0, KeyedHash.of($0), grants.words) }
    }

    /// Changes a user's assignments; nothing happens for somebody never heard of.
    mutating func update(_ user: ExactKey, _ body: (inout UserGrants) -> Void) {
        guard var grants = self[user] else { return }
        body(&grants)
        KeyedHash.withBytes(of: user.text) { set($0, KeyedHash.of($0), grants.words) }
    }

    /// The users whose id has this hash: one, but for a coincidence that happens to nobody.
    func forEach(hash: UInt64, _ body: (ExactKey, UserGrants) -> Void) {
        groups[group(hash)][block(hash)].forEach { key, data in
            guard KeyedHash.of(key) == hash else { return }
            body(ExactKey(String(decoding: key, as: UTF8.self)), UserGrants(data))
        }
    }

    // The top bits of a hash choose the block; the slot within a block is chosen by the low ones.
    @inline(__always)
    private func group(_ hash: UInt64) -> Int { groupBits == 0 ? 0 : Int(hash >> (64 - groupBits)) }

    @inline(__always)
    private func block(_ hash: UInt64) -> Int { blockBits == 0 ? 0 : Int((hash << groupBits) >> (64 - blockBits)) }

    private mutating func set(_ key: UnsafeRawBufferPointer, _ hash: UInt64, _ data: [UInt64]) {
        groups[group(hash)][block(hash)].set(key, hash: hash, to: data)
    }

    private mutating func grow() {
        let old = groups
        if blockBits > groupBits { groupBits += 1 } else { blockBits += 1 }
        let slots = KeyBlock.usualSlots
        groups = Array(
            repeating: Array(repeating: KeyBlock(slots: slots), count: 1 << blockBits),
            count: 1 << groupBits
        )
        for group in old {
            for block in group {
                block.forEach { key, data in set(key, KeyedHash.of(key), Array(data)) }
            }
        }
    }
}
