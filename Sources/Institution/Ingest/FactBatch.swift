import EventStore

/// Facts that go into the log together, in as few appends as their order and traces allow.
///
/// An append is recorded stream by stream, and carries one trace id. So a fact goes into an append in which everything
/// it builds on stands before it, or into a later one; appends of one wave do not touch one another. What may unsettle
/// others (``FactType/unsettles``) has waves of its own, whose appends go one after the other: side by side each would
/// find that the log has changed under it.
struct FactBatch {
    /// One append.
    struct Append: Sendable {
        var correlationID: String?
        /// In the order of their first fact.
        var streams: [StreamAppend] = []
        /// For each stream the numbers of its facts, as the receipt will list them.
        var members: [[Int]] = []
        fileprivate var index: [String: Int] = [:]

        /// Whether some of it may unsettle what others were decided on.
        fileprivate(set) var unsettles = false
        fileprivate var count = 0
        var facts: [Int] { members.flatMap { $0 } }
    }

    private static let largest = 1_000

    private(set) var waves: [[Append]] = []
    /// The append of the last wave that touches a stream.
    private var touched: [String: Int] = [:]

    /// Adds a fact that was decided on with `known`, after those added before.
    mutating func add(_ fact: Fact, number: Int, _ known: KnownThings) {
        let streams = [fact.stream] + fact.mentions.map(\.stream)
        separate(fact, touching: Set(streams.compactMap { touched[$0] }))
        let appends = Set(streams.compactMap { touched[$0] })
        let open = waves.last?.lastIndex { $0.correlationID == fact.correlationID && $0.count < Self.largest }
        let place: Int
        if appends.isEmpty {
            place = open ?? begin(fact.correlationID)
        } else if let only = appends.first, appends.count == 1, only == open, standsAfterMentions(fact, in: only) {
            place = only
        } else {
            waves.append([])
            touched = [:]
            place = begin(fact.correlationID)
        }
        touched[fact.stream] = place
        insert(fact, number, known, at: place)
    }

    /// Begins a wave where the fact is of the other kind than the last one; unless that has one append, to which it can be
    /// added.
    private mutating func separate(_ fact: Fact, touching appends: Set<Int>) {
        guard let last = waves.last, !last.isEmpty, last.contains(where: \.unsettles) != fact.type.unsettles else {
            return
        }
        let joins =
            last.count == 1 && last[0].correlationID == fact.correlationID && last[0].count < Self.largest
            && (appends.isEmpty || standsAfterMentions(fact, in: 0))
        guard !joins else { return }
        waves.append([])
        touched = [:]
    }

    private mutating func begin(_ correlationID: String?) -> Int {
        if waves.isEmpty { waves.append([]) }
        waves[waves.count - 1].append(Append(correlationID: correlationID))
        return waves[waves.count - 1].count - 1
    }

    /// Whether the place of its stream is behind everything that the fact names in the same append.
    private func standsAfterMentions(_ fact: Fact, in place: Int) -> Bool {
        let append = waves[waves.count - 1][place]
        guard let own = append.index[fact.stream] else { return true }
        return fact.mentions.allSatisfy { append.index[$0.stream].map { $0 < own } ?? true }
    }

    private mutating func insert(_ fact: Fact, _ number: Int, _ known: KnownThings, at place: Int) {
        let wave = waves.count - 1
        waves[wave][place].count += 1
        if fact.type.unsettles { waves[wave][place].unsettles = true }
        if let index = waves[wave][place].index[fact.stream] {
            waves[wave][place].streams[index].events.append(fact.event)
            waves[wave][place].members[index].append(number)
            return
        }
        let version = known[fact.stream].version
        let expected: ExpectedVersion = fact.type.isOrdered ? version.map { .exact($0) } ?? .none : .any
        waves[wave][place].index[fact.stream] = waves[wave][place].streams.count
        waves[wave][place].streams.append(StreamAppend(stream: fact.stream, expected: expected, events: [fact.event]))
        waves[wave][place].members.append([number])
    }
}
