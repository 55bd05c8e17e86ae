import MerkleLog

extension RangeCheck {
    /// Sets up the checkpoints from before that lie in the range.
    mutating func expect(_ checkpoints: [Checkpoint]) {
        trusted = checkpoints.sorted { $0.size < $1.size }
    }

    /// Holds the events so far against the checkpoints of sizes up to `size`.
    mutating func settle(_ checkpoints: inout ArraySlice<LogPage.StoredCheckpoint>, through size: Int64) {
        var isStored = false
        while let stored = checkpoints.first, stored.size <= size {
            checkpoints.removeFirst()
            if stored.size == size {
                check(stored)
                isStored = true
            }
        }
        while let checkpoint = trusted.first, checkpoint.size <= size {
            trusted.removeFirst()
            check(trusted: checkpoint, isStored: isStored)
        }
    }

    // MARK: Stored checkpoints

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
        settle(on: checkpoint)
    }

    /// Holds the tree against a signed root.
    private mutating func settle(on checkpoint: Checkpoint) {
        guard !tree.settle(on: checkpoint.root) else {
            // What was read while the tree was unknown is not covered by the signature for certain.
            if tree.wasResumed { keys.forgetAnnounced() } else { keys.acceptAnnounced() }
            isGood(through: checkpoint.size)
            return
        }
        if !isLost, !isIncomplete {
            // Where an event is known to be bad, that is the position to name; there may be others before it, though,
            // whose hashes were adjusted.
            report.add(
                VerificationFinding(
                    .rootMismatch,
                    firstAltered ?? goodSize,
                    below: checkpoint.size,
                    "The events from position \(goodSize) to \(checkpoint.size - 1) are not all those that the "
                        + "checkpoint of size \(checkpoint.size) signs."
                )
            )
        }
        isLost = true
        isPageDoubtful = true
    }

    private mutating func isGood(through size: Int64) {
        goodSize = size
        firstAltered = nil
        isLost = false
        isIncomplete = false
    }

    // MARK: Trusted checkpoints

    private mutating func check(trusted checkpoint: Checkpoint, isStored: Bool) {
        let size = checkpoint.size
        if !isStored {
            report.add(
                VerificationFinding(
                    .missingCheckpoint,
                    size - 1,
                    "The trusted checkpoint of size \(size) is not in the database any more."
                )
            )
        }
        if tree.settle(on: checkpoint.root) {
            if tree.wasResumed { keys.forgetAnnounced() }
            trustedSize = size
            isGood(through: size)
        } else if !isLost, !isIncomplete {
            report.fork(at: checkpoint, after: trustedSize)
        }
    }
}

extension VerificationReport {
    /// Adds the finding that a trusted checkpoint is of another log.
    ///
    /// - Parameter size: up to which the log agrees with what is trusted.
    mutating func fork(at checkpoint: Checkpoint, after size: Int64) {
        add(
            VerificationFinding(
                .forked,
                size,
                below: checkpoint.size,
                "The first \(checkpoint.size) events are not those of the trusted checkpoint of that size: the log was "
                    + "written anew somewhere from position \(size) to \(checkpoint.size - 1)."
            )
        )
    }
}
