/// Consecutive stored hashes of one tile level.
public struct NodeRange: Sendable, Hashable {
    /// 0 for leaf hashes; L for the roots of full subtrees of 256^L leaves.
    public let level: Int
    /// The index, within the level, of the first hash.
    public let start: Int64
    /// The number of hashes.
    public let count: Int

    /// A range at a level.
    public init(level: Int, start: Int64, count: Int) {
        self.level = level
        self.start = start
        self.count = count
    }

    /// The index after the last hash.
    public var end: Int64 { start + Int64(count) }

    /// Reading a few hashes too many costs less than asking once more.
    private static let worthwhileGap: Int64 = 16

    /// The fewest ranges that hold all of these, in order of level and start, provided that none overlap: the parts of
    /// a proof never do.
    static func merging(_ ranges: some Sequence<NodeRange>) -> [NodeRange] {
        var merged: [NodeRange] = []
        for range in ranges.sorted(by: { ($0.level, $0.start) < ($1.level, $1.start) }) {
            if let last = merged.last, last.level == range.level, range.start - last.end <= worthwhileGap {
                let count = Int(range.end - last.start)
                merged[merged.count - 1] = NodeRange(level: last.level, start: last.start, count: count)
            } else {
                merged.append(range)
            }
        }
        return merged
    }
}
