extension [Hash] {
    /// The hashes' bytes, one after the other.
    var joinedBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * Hash.byteCount)
        for hash in self { hash.append(to: &bytes) }
        return bytes
    }

    /// The root over full subtrees of falling size.
    var rootOfEdge: Hash {
        guard var root = last else { return .emptyTree }
        for subtree in dropLast().reversed() { root = .node(subtree, root) }
        return root
    }
}

extension ArraySlice<Hash> {
    /// The root of a full subtree from the hashes of its lowest level, of which there must be a power of two.
    var rootOfFullSubtree: Hash {
        var level = Array(self)
        while level.count > 1 {
            for index in 0..<level.count / 2 { level[index] = .node(level[2 * index], level[2 * index + 1]) }
            level.removeLast(level.count / 2)
        }
        return level.first ?? .emptyTree
    }
}

extension UnsafeRawBufferPointer {
    /// The hashes that lie one after the other here; the caller has checked the length.
    func hashes() -> [Hash] {
        stride(from: 0, to: count, by: Hash.byteCount).compactMap { Hash(loadingFrom: .init(rebasing: self[$0...])) }
    }
}
