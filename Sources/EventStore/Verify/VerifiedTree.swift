import MerkleLog

/// The tree while the log is checked.
///
/// Where an event's content and the leaf hash stored with it differ, either may be what was recorded, and both trees
/// are kept until a signed root tells. After damage that leaves no right tree, one made from the stored hashes may be
/// offered, so that what comes later can still be checked.
struct VerifiedTree {
    private(set) var computed: CompactRange
    private var stored: CompactRange?
    private var offered: CompactRange?
    /// Whether the last signed root was that of an offered tree.
    private(set) var wasResumed = false

    init(_ start: CompactRange) {
        computed = start
    }

    /// Whether leaves are missing from the trees that were made here.
    private var isLost = false

    /// Whether only one tree is possible as far as content goes.
    var isCertain: Bool { stored == nil && !isLost }

    /// Appends an event by the leaf hash of its content and the one stored with it, as far as there are any.
    ///
    /// Adds to `nodes` those that this completes in the tree of contents.
    mutating func append(computed leaf: Hash?, stored storedLeaf: Hash?, completing nodes: inout [TileNode]) {
        let second = storedLeaf ?? leaf ?? .emptyTree
        if leaf != storedLeaf, stored == nil { stored = computed }
        stored?.append(second)
        offered?.append(second)
        computed.append(leaf ?? second, completing: &nodes)
    }

    /// Events are missing here: from now on only a tree that is offered can be the right one.
    mutating func lose() {
        isLost = true
        stored = nil
        offered = nil
    }

    /// Offers another tree of the same size.
    mutating func offer(_ range: CompactRange) {
        offered = range
    }

    /// Takes the tree that has a signed root. Returns false when there is none.
    mutating func settle(on root: Hash) -> Bool {
        for (candidate, isOffered) in [(computed, false), (stored, false), (offered, true)] {
            guard let candidate, isOffered || !isLost, candidate.root == root else { continue }
            computed = candidate
            stored = nil
            offered = nil
            isLost = false
            wasResumed = isOffered
            return true
        }
        return false
    }
}
