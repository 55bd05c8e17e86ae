/// A set of permissions, a bit for each permission's index in the model's table.
///
/// Membership is one shift and one mask, so that what a role grants, its inherited permissions included, is settled when
/// the role changes and not when somebody asks.
package struct PermissionSet: Sendable {
    private(set) var words: [UInt64] = []

    /// The empty set.
    package init() {}

    /// A set by its bits.
    init(words: some Sequence<UInt64>) {
        self.words = Array(words)
    }

    /// A set of these members.
    init(_ members: [Int32]) {
        for member in members { insert(member) }
    }

    /// Whether the permission with this index is in the set.
    @inline(__always)
    func contains(_ index: Int32) -> Bool {
        let word = Int(index) >> 6
        return word < words.count && words[word] & (1 << UInt64(index & 63)) != 0
    }

    /// Whether the set has no member.
    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    mutating func insert(_ index: Int32) {
        let word = Int(index) >> 6
        if word >= words.count {
            words.append(contentsOf: repeatElement(0, count: word + 1 - words.count))
        }
        words[word] |= 1 << UInt64(index & 63)
    }

    mutating func remove(_ index: Int32) {
        let word = Int(index) >> 6
        guard word < words.count else { return }
        words[word] &= ~(1 << UInt64(index & 63))
    }

    mutating func formUnion(_ other: PermissionSet) {
        if other.words.count > words.count {
            words.append(contentsOf: repeatElement(0, count: other.words.count - words.count))
        }
        for word in other.words.indices {
            words[word] |= other.words[word]
        }
    }

    func subtracting(_ other: PermissionSet) -> PermissionSet {
        var rest = self
        for word in rest.words.indices where word < other.words.count {
            rest.words[word] &= ~other.words[word]
        }
        return rest
    }

    func isSubset(of other: PermissionSet) -> Bool {
        for word in words.indices {
            let theirs = word < other.words.count ? other.words[word] : 0
            if words[word] & ~theirs != 0 { return false }
        }
        return true
    }

    func isDisjoint(with other: PermissionSet) -> Bool {
        for (mine, theirs) in zip(words, other.words) where mine & theirs != 0 { return false }
        return true
    }

    /// The members in ascending order.
    var indices: [Int32] {
        var members: [Int32] = []
        for (word, var bits) in words.enumerated() {
            while bits != 0 {
                members.append(Int32(word * 64 + bits.trailingZeroBitCount))
                bits &= bits - 1
            }
        }
        return members
    }
}

extension PermissionSet: Equatable {
    /// Sets are equal by their members, however much room each has set aside.
    package static func == (left: PermissionSet, right: PermissionSet) -> Bool {
        left.isSubset(of: right) && right.isSubset(of: left)
    }
}
