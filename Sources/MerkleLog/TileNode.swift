/// The root of a full subtree of 256^level leaves: what a tile at that level consists of (C2SP tlog-tiles).
public struct TileNode: Sendable, Hashable {
    /// The tile level; 0 would be a leaf, and nodes are reported from 1 on.
    public let level: Int
    /// The index among the nodes of its level: the subtree covers leaves from `index * 256^level` on.
    public let index: Int64
    /// The subtree's root.
    public let hash: Hash

    /// A node at a place in the tree.
    public init(level: Int, index: Int64, hash: Hash) {
        self.level = level
        self.index = index
        self.hash = hash
    }
}
