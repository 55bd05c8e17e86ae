package import EventStore
package import JSON
package import Time

/// What a restore would do.
package struct RestoreFindings: Sendable {
    /// The last position that would stay in force.
    package var toPosition: Int64
    /// The time that was asked for, if it was asked for by time.
    package var toTimestamp: Timestamp?
    /// When the event at that position was recorded.
    package var recordedAt: Timestamp
    /// How many events the log had when this was worked out.
    package var size: Int64
    /// What would change, by the kind of thing.
    package var things: [RestoredThings]
    /// Who could administer afterwards: the first few, by id.
    package var administrators: [String]
    /// SHA-256 of all that would change, in hexadecimal.
    package var digest: String

    /// Why the restore would be refused; nil if it would not be.
    package var obstacle: String? { administrators.isEmpty ? RecoveryError.nobodyLeft.message : nil }
}

/// What a restore would do, as it was shown to somebody.
package struct RestorePreview: Sendable {
    /// What it would do.
    package let findings: RestoreFindings
    /// Where it was recorded that this was looked at.
    package let receipt: Receipt
    /// What a restore has to name, to be carried out as it was shown here.
    package let token: String

    init(_ findings: RestoreFindings, _ receipt: Receipt) {
        self.findings = findings
        self.receipt = receipt
        let position = receipt.events.last?.position ?? 0
        token = PreviewToken(position: position, digest: findings.digest, time: findings.toTimestamp).text
    }
}

/// What a restore would do to things of one kind.
package struct RestoredThings: Sendable, Hashable {
    /// The read model that holds them.
    package var projection: String
    /// The kind: `role`, `user-role`…
    package var thing: String
    /// How many do not hold now and would hold again.
    package var added = 0
    /// How many hold now and would no more.
    package var removed = 0
    /// How many hold now and would hold otherwise.
    package var changed = 0
    /// The first of them.
    package var rows: [RestoredRow] = []

    /// How many there are in all.
    package var count: Int { added + removed + changed }
}

/// What a restore would do to one thing.
package struct RestoredRow: Sendable, Hashable {
    /// What would happen to it.
    package enum Change: String, Sendable, CaseIterable {
        /// It would hold again.
        case added
        /// It would hold no more.
        case removed
        /// It would hold otherwise.
        case changed
    }

    /// What would happen to it.
    package var change: Change
    /// What identifies the thing, ids by their names.
    package var key: JSONObject
    /// The thing in words.
    package var label: String
    /// What holds now.
    package var before: JSONObject?
    /// What would hold.
    package var after: JSONObject?
}
