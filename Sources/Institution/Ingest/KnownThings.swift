import EventStore

/// What a decision knows of the things that facts are about or name: the log, and what is about to be recorded on it.
struct KnownThings: Sendable {
    /// One thing in the log.
    struct Record: Sendable {
        /// The version of its newest event; nil where there is none.
        var version: Int64?
        var standing: Standing
        /// The branch of its newest event.
        var branch: String?
        /// The branches that it is known to belong to, or to have belonged to.
        var branches: Set<String> = []
        /// The currency that the newest of its events speaks of that speaks of one.
        var currency: String?
        /// What is left of a fee after waivers, or of a payment after refunds, where that was asked.
        var rest: Int64?
        /// Whose it is, by field, as what began it says.
        var identity: [String: String] = [:]
        /// What is left of a payment's parts after refunds, by fee, where that was asked.
        var allocated: [String: Int64] = [:]

        static let absent = Record(version: nil, standing: .absent)
    }

    /// How many events the log had.
    var size: Int64 = 0
    private var records: [String: Record] = [:]

    init() {}

    subscript(stream: String) -> Record {
        get { records[stream] ?? .absent }
        set { records[stream] = newValue }
    }

    /// What has to be known of one thing to decide on a fact.
    struct Need: Hashable {
        var stream: String
        /// The branch that it is asked about; nil if any will do.
        var branch: String?
        /// Whether it is asked whose it is.
        var asksIdentity = false
        /// Whether it is asked what is left of it.
        var asksRest = false
    }

    /// What has to be known to decide on a fact.
    static func needs(of fact: Fact) -> [Need] {
        let own = Need(
            stream: fact.stream,
            branch: fact.formerBranch,
            asksIdentity: !fact.identity.isEmpty && !fact.type.begins,
            asksRest: fact.type.givesBack
        )
        return [own]
            + fact.mentions.map { Need(stream: $0.stream, branch: $0.thing == .branch ? nil : fact.branch) }
    }

    /// Takes a fact in that will be recorded.
    mutating func note(_ fact: Fact) {
        var record = self[fact.stream]
        record.version = (record.version ?? -1) + 1
        record.standing = fact.type.to
        record.branch = fact.branch
        record.branches.insert(fact.branch)
        record.currency = fact.currency ?? record.currency
        if fact.type.begins {
            record.identity = fact.identity
            record.allocated = [:]
        }
        if fact.type.begins || fact.type.givesBack {
            for part in fact.allocations {
                record.allocated[part.fee, default: 0] += fact.type.givesBack ? -part.amount : part.amount
            }
        }
        if let amount = fact.amount {
            if fact.type.givesBack {
                record.rest = record.rest.map { $0 - amount }
            } else if fact.type.begins {
                record.rest = amount
            }
        }
        records[fact.stream] = record
    }
}
