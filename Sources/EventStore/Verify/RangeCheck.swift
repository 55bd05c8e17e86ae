import MerkleLog
import Postgres

/// The state of a verification as it goes along the log: pure, fed page by page.
struct RangeCheck {
    var report: VerificationReport
    /// The size of the checkpoint before the one that comes next.
    var previousCheckpoint: Int64?
    var tree: VerifiedTree
    var keys: KeyRing
    var erasures = ErasureCheck()
    var releases = ReleaseCheck()
    /// Positions for which somebody else knows why text or data is gone.
    var removals: Set<Int64> = []
    var recordedAt = Int64.min
    /// The size up to which the events are known to be those that were signed.
    var goodSize: Int64
    /// The size of the newest trusted checkpoint that the events were found to agree with.
    var trustedSize: Int64
    /// The first event since `goodSize` whose content and leaf hash differ.
    var firstAltered: Int64?
    /// An event of this stretch is missing: its root cannot be had.
    var isIncomplete = false
    /// A signed root was not met, and no other since: the tree is not that of the log.
    var isLost = false
    /// The tree was in doubt at some event of this page.
    var isPageDoubtful = false
    var origin: String?
    /// Trusted checkpoints not reached yet, by size.
    var trusted: [Checkpoint] = []

    init(first: Int64, below: Int64, tree: CompactRange, keys: KeyRing) {
        report = VerificationReport(range: first..<below)
        self.tree = VerifiedTree(tree)
        self.keys = keys
        goodSize = first
        trustedSize = 0
    }

    /// The stored hashes of what lies before the range are not all there.
    mutating func startIsUnknown() {
        isLost = true
        report.add(
            VerificationFinding(
                .alteredNode,
                0,
                below: report.range.lowerBound,
                "The stored hashes of the events before position \(report.range.lowerBound) are not all there."
            )
        )
    }

    /// Checks a page.
    mutating func check(_ page: LogPage) {
        var checkpoints = page.checkpoints[...]
        var nodes: [TileNode] = []
        var position = page.first
        var rows = page.events.rows[...]
        isPageDoubtful = isLost || isIncomplete || !tree.isCertain
        while position < page.below {
            let row = rows.first
            if let row, row.position == position {
                rows.removeFirst()
                check(row, row.remark.map { page.events.remarks[$0] }, &nodes)
                position += 1
            } else if let row, row.position < position {
                rows.removeFirst()
                report.add(
                    VerificationFinding(.surplusEvent, row.position, "Position \(row.position) is there twice.")
                )
                continue
            } else {
                let end = min(row?.position ?? page.below, page.below)
                missEvents(position..<end)
                // Checkpoints within the gap are looked at as well: their signatures can be checked.
                while position < end {
                    let sizes = [checkpoints.first?.size, trusted.first?.size].compactMap(\.self)
                    position = sizes.filter { $0 > position && $0 < end }.min() ?? end
                    settle(&checkpoints, through: position)
                }
                continue
            }
            settle(&checkpoints, through: position)
        }
        if !isPageDoubtful { compare(nodes, page.nodes) }
    }

    private mutating func missEvents(_ gap: Range<Int64>) {
        report.miss(gap)
        isIncomplete = true
        isPageDoubtful = true
        tree.lose()
    }

    private mutating func compare(_ computed: [TileNode], _ stored: [TileNode]) {
        let stored = Dictionary(stored.map { ([Int64($0.level), $0.index], $0.hash) }, uniquingKeysWith: { $1 })
        for node in computed where stored[[Int64(node.level), node.index]] != node.hash {
            var span: Int64 = 1
            for _ in 0..<node.level { span *= 256 }
            report.add(
                VerificationFinding(
                    .alteredNode,
                    node.index * span,
                    below: (node.index + 1) * span,
                    "The stored hash of the events from \(node.index * span) to \((node.index + 1) * span - 1) is "
                        + "missing or not theirs; proofs made from it will fail."
                )
            )
        }
    }
}
