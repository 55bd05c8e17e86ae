import MerkleLog

/// RFC 6962, section 2.1, written as the RFC writes it: slow, recursive, and sharing nothing with the module.
struct ReferenceTree {
    let leaves: [Hash]

    /// Distinct leaves, as many as asked for.
    init(size: Int) {
        leaves = (0..<size).map { .leaf(Array("entry \($0)".utf8)) }
    }

    func root(_ size: Int) -> Hash { Self.root(leaves[..<size]) }
    func path(_ index: Int, _ size: Int) -> [Hash] { Self.path(index, leaves[..<size]) }
    func proof(_ oldSize: Int, _ size: Int) -> [Hash] { Self.proof(oldSize, leaves[..<size], true) }

    private static func root(_ leaves: ArraySlice<Hash>) -> Hash {
        switch leaves.count {
        case 0: return .emptyTree
        case 1: return leaves[leaves.startIndex]
        default:
            let middle = leaves.startIndex + split(leaves.count)
            return .node(root(leaves[..<middle]), root(leaves[middle...]))
        }
    }

    private static func path(_ index: Int, _ leaves: ArraySlice<Hash>) -> [Hash] {
        guard leaves.count > 1 else { return [] }
        let size = split(leaves.count)
        let (left, right) = (leaves.prefix(size), leaves.dropFirst(size))
        return index < size ? path(index, left) + [root(right)] : path(index - size, right) + [root(left)]
    }

    private static func proof(_ oldSize: Int, _ leaves: ArraySlice<Hash>, _ isWhole: Bool) -> [Hash] {
        guard oldSize < leaves.count else { return isWhole ? [] : [root(leaves)] }
        let size = split(leaves.count)
        let (left, right) = (leaves.prefix(size), leaves.dropFirst(size))
        return oldSize <= size
            ? proof(oldSize, left, isWhole) + [root(right)]
            : proof(oldSize - size, right, false) + [root(left)]
    }

    /// The largest power of two less than n.
    private static func split(_ count: Int) -> Int {
        var size = 1
        while size * 2 < count { size *= 2 }
        return size
    }
}
