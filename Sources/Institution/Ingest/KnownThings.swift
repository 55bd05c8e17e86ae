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
        /// The currency that its newest event speaks of.
        var currency: String?

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

    /// What has to be known to decide on a fact: streams, and the branch each is asked about.
    static func needs(of fact: Fact) -> [(stream: String, branch: String?)] {
        [(fact.stream, fact.formerBranch)] + fact.mentions.map { ($0.stream, $0.thing == .branch ? nil : fact.branch) }
    }

    /// Takes a fact in that will be recorded.
    mutating func note(_ fact: Fact) {
        var record = self[fact.stream]
        record.version = (record.version ?? -1) + 1
        record.standing = fact.type.to
        record.branch = fact.branch
        record.branches.insert(fact.branch)
        record.currency = fact.currency ?? record.currency
        records[fact.stream] = record
    }
}
