import MerkleLog

extension RangeCheck {
    /// Compares the end of the log with the head and what stands beyond it.
    mutating func finish(_ extent: LogExtent, isWhole: Bool) {
        if isWhole {
            checkSurplus(extent)
            checkNewestCheckpoint(extent)
            checkHead(extent)
            checkNodeCount(extent)
        }
        erasures.findings.forEach { report.add($0) }
        releases.findings.forEach { report.add($0) }
        report.archived = releases.released
        report.root = tree.computed.root.hex
        report.findings.sort { ($0.position, $0.kind.rawValue) < ($1.position, $1.kind.rawValue) }
    }

    private mutating func checkSurplus(_ extent: LogExtent) {
        if let last = extent.lastPosition, last >= extent.size {
            report.add(
                VerificationFinding(
                    .surplusEvent,
                    extent.size,
                    below: last < .max ? last + 1 : .max,
                    "There are events beyond the end of the log, from position \(extent.size) on."
                )
            )
        }
        if let first = extent.firstPosition, first < 0 {
            report.add(VerificationFinding(.surplusEvent, first, below: 0, "There are events before position 0."))
        }
    }

    private mutating func checkNewestCheckpoint(_ extent: LogExtent) {
        let newest = extent.lastCheckpoint ?? 0
        if newest > extent.size {
            report.add(
                VerificationFinding(
                    .truncated,
                    extent.size,
                    below: newest,
                    "The log has \(extent.size) events, but there is a checkpoint of \(newest) events: the end was cut "
                        + "off from position \(extent.size) on."
                )
            )
        } else if newest < extent.size {
            report.add(
                VerificationFinding(
                    .missingCheckpoint,
                    newest,
                    below: extent.size,
                    "The newest checkpoint is of \(newest) events, but the log has \(extent.size)."
                )
            )
        }
    }

    private mutating func checkHead(_ extent: LogExtent) {
        var problems: [String] = []
        if !isLost, !isIncomplete, extent.edge != tree.computed.edge { problems.append("edge") }
        if let last = extent.lastRecordedAt, extent.recordedAt != last { problems.append("recorded_at") }
        if extent.inlineSize < 0 || extent.inlineSize > extent.size { problems.append("inline_size") }
        guard !problems.isEmpty else { return }
        report.add(
            VerificationFinding(
                .alteredHead,
                max(0, extent.size - 1),
                "log.head does not fit the events: \(problems.joined(separator: ", "))."
            )
        )
    }

    private mutating func checkNodeCount(_ extent: LogExtent) {
        // Where the end is missing its nodes are as well, and have been told of by that.
        guard !isIncomplete else { return }
        var expected: Int64 = 0
        var nodes = extent.size / 256
        while nodes > 0 {
            expected += nodes
            nodes /= 256
        }
        guard extent.nodeCount != expected, !report.findings.contains(where: { $0.kind == .alteredNode }) else {
            return
        }
        report.add(
            VerificationFinding(
                .alteredNode,
                // Those that belong are compared one by one; what is too much lies beyond them.
                extent.nodeCount > expected ? extent.size : 0,
                below: extent.nodeCount > expected ? nil : extent.size,
                "The tree has \(extent.nodeCount) stored nodes where \(expected) belong."
            )
        )
    }
}
