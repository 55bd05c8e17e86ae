import Events
import JSON
import MerkleLog
import Postgres

/// The state of a verification as it goes along the log: pure, fed page by page.
struct RangeCheck {
    private(set) var report: VerificationReport
    /// The size of the checkpoint before the one that comes next.
    var previousCheckpoint: Int64?
    private var tree: CompactRange
    private var keys: KeyRing
    private var recordedAt = Int64.min
    private var scratch: [UInt8] = []
    /// The size up to which the events are known to be those that were signed.
    private var goodSize: Int64
    /// A leaf of this stretch is bad already, so that its root must be wrong too.
    private var isStretchBad = false
    private var origin: String?
    /// Trusted checkpoints not reached yet, by size.
    private var trusted: [Checkpoint] = []

    init(first: Int64, below: Int64, tree: CompactRange, keys: KeyRing) {
        report = VerificationReport(range: first..<below)
        self.tree = tree
        self.keys = keys
        goodSize = first
        scratch.reserveCapacity(1_024)
    }

    /// Sets up the checkpoints from before; those beyond the log's end are findings at once.
    mutating func expect(_ notes: [SignedNote], _ extent: LogExtent) {
        for note in notes {
            do {
                let checkpoint = try Checkpoint(text: note.text)
                if checkpoint.size > extent.size {
                    report.add(
                        VerificationFinding(
                            .truncated,
                            extent.size,
                            below: checkpoint.size,
                            "The log has \(extent.size) events, but a checkpoint of \(checkpoint.size) events was "
                                + "signed: the end was cut off from position \(extent.size) on."
                        )
                    )
                } else {
                    trusted.append(checkpoint)
                }
            } catch {
                report.add(VerificationFinding(.alteredCheckpoint, 0, "A trusted checkpoint does not read: \(error)"))
            }
        }
        trusted.sort { $0.size < $1.size }
    }

    /// Checks a page.
    mutating func check(_ page: LogPage) {
        var checkpoints = page.checkpoints[...]
        var nodes: [TileNode] = []
        var position = page.first
        var rows = page.rows[...]
        while position < page.below {
            if let row = rows.first.map(StoredRow.init), row.position == position {
                rows.removeFirst()
                check(row, at: position, &nodes)
            } else {
                let end = min(rows.first.map { StoredRow(row: $0).position } ?? page.below, page.below)
                report.add(
                    VerificationFinding(
                        .missingEvent,
                        position,
                        below: end,
                        end == position + 1
                            ? "The event at position \(position) is missing."
                            : "The events from position \(position) to \(end - 1) are missing."
                    )
                )
                isStretchBad = true
                // Whatever stood there: the tree goes on with a hash that cannot be right.
                for _ in position..<end { nodes += tree.append(Hash.emptyTree) }
                position = end
                settle(&checkpoints, through: position)
                continue
            }
            position += 1
            settle(&checkpoints, through: position)
        }
        compare(nodes, page.nodes)
    }

    private mutating func check(_ row: StoredRow, at position: Int64, _ nodes: inout [TileNode]) {
        report.events += 1
        if row.isErased { report.erased += 1 }
        let stored = row.leaf
        let computed = row.computedLeaf(scratch: &scratch)
        if computed == nil || computed != stored {
            isStretchBad = true
            report.add(
                VerificationFinding(
                    .alteredEvent,
                    position,
                    "The event at position \(position) is not what was recorded: its content does not have the leaf "
                        + "hash that is stored with it."
                )
            )
        }
        let time = row.recordedAt
        if time < recordedAt {
            report.add(
                VerificationFinding(
                    .timeBackwards,
                    position,
                    "The event at position \(position) was recorded before the one before it."
                )
            )
        }
        recordedAt = time
        if row.typeHasPrefix("log.key-") { observeKey(row.row) }
        nodes += tree.append(computed ?? .emptyTree)
    }

    private mutating func observeKey(_ row: PostgresRow) {
        guard let type = try? row.decode("type", as: String.self),
            let data = try? row.decode("data", as: JSONText.self)
        else { return }
        try? keys.observe(EventType(rawValue: type), data: JSONValue(parsing: data.bytes))
    }

    // MARK: Checkpoints

    private mutating func settle(_ checkpoints: inout ArraySlice<LogPage.StoredCheckpoint>, through size: Int64) {
        while let stored = checkpoints.first, stored.size <= size {
            checkpoints.removeFirst()
            if stored.size == size { check(stored) }
        }
        while let checkpoint = trusted.first, checkpoint.size <= size {
            trusted.removeFirst()
            if checkpoint.size == size, checkpoint.root != tree.root { fork(checkpoint) }
        }
    }

    private mutating func check(_ stored: LogPage.StoredCheckpoint) {
        report.checkpoints += 1
        let size = stored.size
        defer { previousCheckpoint = size }
        if let previousCheckpoint, previousCheckpoint != stored.previousSize {
            report.add(
                VerificationFinding(
                    .missingCheckpoint,
                    min(previousCheckpoint, stored.previousSize),
                    below: size,
                    "A checkpoint between sizes \(previousCheckpoint) and \(size) is missing: "
                        + "the one of size \(size) follows that of size \(stored.previousSize)."
                )
            )
        }
        let checkpoint: Checkpoint
        do {
            checkpoint = try keys.open(try SignedNote(parsing: stored.note))
        } catch {
            report.add(
                VerificationFinding(
                    .badSignature,
                    goodSize,
                    below: size,
                    "The checkpoint of size \(size) is not signed by a key of the log: \(error)"
                )
            )
            return
        }
        guard checkpoint.size == size, checkpoint.root.bytes == stored.root,
            checkpoint.origin == origin ?? checkpoint.origin
        else {
            report.add(
                VerificationFinding(
                    .alteredCheckpoint,
                    size - 1,
                    "The checkpoint of size \(size) does not say what was signed."
                )
            )
            return
        }
        origin = checkpoint.origin
        if checkpoint.root == tree.root {
            goodSize = size
        } else if !isStretchBad {
            report.add(
                VerificationFinding(
                    .rootMismatch,
                    goodSize,
                    below: size,
                    "The events from position \(goodSize) to \(size - 1) are not those that the checkpoint of size "
                        + "\(size) signs."
                )
            )
            isStretchBad = true
        }
    }

    private mutating func fork(_ checkpoint: Checkpoint) {
        report.add(
            VerificationFinding(
                .forked,
                isStretchBad ? report.firstBadPosition ?? 0 : report.range.lowerBound,
                below: checkpoint.size,
                "The first \(checkpoint.size) events are not those of the trusted checkpoint of that size: "
                    + "the log was written anew somewhere before position \(checkpoint.size)."
            )
        )
    }

    // MARK: Nodes and head

    private mutating func compare(_ computed: [TileNode], _ stored: [TileNode]) {
        guard !isStretchBad else { return }
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

    /// Compares the end of the log with the head and what stands beyond it.
    mutating func finish(_ extent: LogExtent, isWhole: Bool) {
        defer {
            report.root = tree.root.hex
            report.findings.sort { ($0.position, $0.kind.rawValue) < ($1.position, $1.kind.rawValue) }
        }
        guard isWhole else { return }
        if let last = extent.lastPosition, last >= extent.size {
            report.add(
                VerificationFinding(
                    .surplusEvent,
                    extent.size,
                    below: last + 1,
                    "There are events beyond the end of the log, from position \(extent.size) on."
                )
            )
        }
        if extent.size > 0, extent.lastCheckpoint != extent.size {
            report.add(
                VerificationFinding(
                    .missingCheckpoint,
                    min(extent.lastCheckpoint ?? 0, extent.size - 1),
                    below: extent.size,
                    "The newest checkpoint is of \(extent.lastCheckpoint ?? 0) events, but the log has \(extent.size)."
                )
            )
        }
        if extent.edge != tree.edge, !isStretchBad {
            report.add(
                VerificationFinding(.alteredHead, max(0, extent.size - 1), "log.head does not fit the events.")
            )
        }
        var expected: Int64 = 0
        var nodes = extent.size / 256
        while nodes > 0 {
            expected += nodes
            nodes /= 256
        }
        if extent.nodeCount != expected {
            report.add(
                VerificationFinding(
                    .alteredNode,
                    0,
                    below: extent.size,
                    "The tree has \(extent.nodeCount) stored nodes where \(expected) belong."
                )
            )
        }
    }
}
