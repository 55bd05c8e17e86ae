/// What every user was assigned: a hash table cut into pieces of a few dozen users.
///
/// A copy shares all pieces, and changing one user copies one piece and the two short arrays that lead to it. So a
/// snapshot for readers costs nothing to take, and an assignment costs the same in a school and in a country.
struct UserTable: Sendable {
    private struct Piece: Sendable {
        var index = KeyIndex(minimumSlots: 16)
        var keys: [ExactKey] = []
        var grants: [UserGrants] = []
    }

    private static let usersPerPiece = 32

    private var groups: [[Piece]] = [[Piece()]]
    private var groupBits: UInt64 = 0
    private var pieceBits: UInt64 = 0
    private(set) var count = 0

    /// A user's assignments; nil for somebody never heard of.
    subscript(user: ExactKey) -> UserGrants? {
        withGrants(of: user.text) { $0 }
    }

    /// Lends a user's assignments without copying or retaining more than it must.
    @inline(__always)
    func withGrants<Result>(of user: String, _ body: (borrowing UserGrants) -> Result) -> Result? {
        let hash = KeyedHash.of(user)
        let key = ExactKey(user)
        return groups.withUnsafeBufferPointer { groups in
            groups[group(hash)].withUnsafeBufferPointer { pieces in
                let piece = piece(hash)
                let place = pieces[piece].keys.withUnsafeBufferPointer { keys in
                    pieces[piece].index.find(hash: hash) { keys[$0] == key }
                }
                guard let place else { return nil }
                return pieces[piece].grants.withUnsafeBufferPointer { body($0[place]) }
            }
        }
    }

    /// Changes a user's assignments, beginning from `initial` for somebody never heard of.
    mutating func update(_ user: ExactKey, default initial: UserGrants, _ body: (inout UserGrants) -> Void) {
        if let place = place(of: user) {
            body(&groups[place.group][place.piece].grants[place.entry])
            return
        }
        if count >= Self.usersPerPiece << (groupBits + pieceBits) { grow() }
        var grants = initial
        body(&grants)
        insert(user, grants)
        count += 1
    }

    /// Changes a user's assignments; nothing happens for somebody never heard of.
    mutating func update(_ user: ExactKey, _ body: (inout UserGrants) -> Void) {
        guard let place = place(of: user) else { return }
        body(&groups[place.group][place.piece].grants[place.entry])
    }

    /// Every user, in no order.
    func forEach(_ body: (ExactKey, UserGrants) -> Void) {
        for group in groups {
            for piece in group {
                for (key, grants) in zip(piece.keys, piece.grants) { body(key, grants) }
            }
        }
    }

    // The top bits of a hash choose the piece; the index within a piece uses the low ones.
    @inline(__always)
    private func group(_ hash: UInt64) -> Int { groupBits == 0 ? 0 : Int(hash >> (64 - groupBits)) }

    @inline(__always)
    private func piece(_ hash: UInt64) -> Int {
        pieceBits == 0 ? 0 : Int((hash << groupBits) >> (64 - pieceBits))
    }

    private func place(of user: ExactKey) -> (group: Int, piece: Int, entry: Int)? {
        let hash = KeyedHash.of(user.text)
        let piece = groups[group(hash)][self.piece(hash)]
        guard let entry = piece.index.find(hash: hash, matches: { piece.keys[$0] == user }) else { return nil }
        return (group(hash), self.piece(hash), entry)
    }

    private mutating func insert(_ user: ExactKey, _ grants: UserGrants) {
        let hash = KeyedHash.of(user.text)
        let group = group(hash)
        let piece = piece(hash)
        let place = groups[group][piece].keys.count
        groups[group][piece].keys.append(user)
        groups[group][piece].grants.append(grants)
        let keys = groups[group][piece].keys
        groups[group][piece].index.insert(hash: hash, place: place) { KeyedHash.of(keys[$0].text) }
    }

    private mutating func grow() {
        let old = groups
        if pieceBits > groupBits { groupBits += 1 } else { pieceBits += 1 }
        groups = Array(repeating: Array(repeating: Piece(), count: 1 << pieceBits), count: 1 << groupBits)
        for group in old {
            for piece in group {
                for (key, grants) in zip(piece.keys, piece.grants) { insert(key, grants) }
            }
        }
    }
}
