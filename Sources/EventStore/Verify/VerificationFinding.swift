/// Something in the database that is not what the log's signatures say.
package struct VerificationFinding: Sendable, Hashable, CustomStringConvertible {
    /// What kind of thing is wrong.
    package enum Kind: String, Sendable, Hashable {
        /// An event that must be there is not.
        case missingEvent
        /// An event where there should be none.
        case surplusEvent
        /// An event whose columns are not those that were hashed.
        case alteredEvent
        /// The events up to a checkpoint are not those that it signs.
        case rootMismatch
        /// A checkpoint is gone.
        case missingCheckpoint
        /// A checkpoint where there should be none, or one that does not read.
        case alteredCheckpoint
        /// A checkpoint that no key of the log signed.
        case badSignature
        /// A stored inner node of the tree is not what the events give.
        case alteredNode
        /// The head does not fit the events.
        case alteredHead
        /// The log is shorter than a checkpoint that was signed before.
        case truncated
        /// The log is not the one that a trusted checkpoint is of.
        case forked
        /// The time of an event is before that of the event before it.
        case timeBackwards
        /// Personal text is gone, and no event says that it was erased.
        case unrecordedErasure
        /// Personal text is still there, or there again, after an event that says that it was erased.
        case keptPersonal
        /// The data of an event is gone, and no event says that it was released.
        case missingData
    }

    /// What kind of thing is wrong.
    package var kind: Kind
    /// The first position that it concerns.
    package var position: Int64
    /// One past the last position that it may concern.
    package var below: Int64
    /// A sentence.
    package var message: String

    init(_ kind: Kind, _ position: Int64, below: Int64? = nil, _ message: String) {
        self.kind = kind
        self.position = position
        self.below = below ?? (position < .max ? position + 1 : .max)
        self.message = message
    }

    /// The sentence.
    package var description: String { message }
}

/// The result of a verification.
package struct VerificationReport: Sendable {
    /// The positions that were checked.
    package var range: Range<Int64>
    /// Events re-hashed, payloads included.
    package var events: Int64 = 0
    /// Events whose personal text has been erased: only their digest could be used.
    package var erased: Int64 = 0
    /// Events whose data is gone: only its digest could be used.
    package var released: Int64 = 0
    /// The payloads that are gone because an event released them, by archive.
    package var archived: [ReleasedPayloads] = []
    /// Checkpoints whose root and signature were checked.
    package var checkpoints: Int64 = 0
    /// The root hash of the events up to the end of the range.
    package var root = ""
    /// What is wrong, by position; a hundred at most, those of the lowest positions.
    package var findings: [VerificationFinding] = []
    /// How many more there were.
    package var furtherFindings = 0

    /// The first position that is bad, nil when all is well.
    package var firstBadPosition: Int64? { findings.map(\.position).min() }
    /// Whether the log holds.
    package var holds: Bool { findings.isEmpty }

    /// A report that has nothing to say yet.
    init(range: Range<Int64>) {
        self.range = range
    }

    /// How many findings are told one by one.
    private static let maximumFindings = 100
    /// The highest position among the findings, once there are as many as are told.
    private var lastPosition = Int64.max

    /// Adds that events are missing; to the finding before, if that is of those right before them.
    mutating func miss(_ gap: Range<Int64>) {
        var first = gap.lowerBound
        if let last = findings.last, last.kind == .missingEvent, last.below == first {
            first = last.position
            findings.removeLast()
        }
        add(
            VerificationFinding(
                .missingEvent,
                first,
                below: gap.upperBound,
                gap.upperBound - first == 1
                    ? "The event at position \(first) is missing."
                    : "The events from position \(first) to \(gap.upperBound - 1) are missing."
            )
        )
    }

    mutating func add(_ finding: VerificationFinding) {
        guard findings.count == Self.maximumFindings else {
            findings.append(finding)
            if findings.count == Self.maximumFindings { lastPosition = findings.map(\.position).max() ?? .max }
            return
        }
        furtherFindings += 1
        // Pages are checked in order, but what concerns the log as a whole is found last: the lowest are kept.
        guard finding.position < lastPosition,
            let last = findings.firstIndex(where: { $0.position == lastPosition })
        else { return }
        findings[last] = finding
        lastPosition = findings.map(\.position).max() ?? .max
    }
}
