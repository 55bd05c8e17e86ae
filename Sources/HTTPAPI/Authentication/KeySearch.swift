/// Decides when tokens that name unknown keys may have the source of the keys asked, so that made-up names cannot have it
/// asked without end, and a key that is new is found at once. Decides only; ``KeySet`` does it.
///
/// Three searches may follow each other at once; beyond that there is one for each ``pace``. One search answers for all
/// requests that were there when it began. Requests that come too early wait for the next one, but only so many of them
/// and only so long. Keys that were dropped, which clients with old tokens go on naming, give rise to a search now and
/// then only.
struct KeySearch: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// What a request does next for its key.
    enum Step: Hashable, Sendable {
        /// Asks the source, or waits for the answer to a question that is under way.
        case read
        /// Waits, then asks again what to do.
        case wait(until: Instant)
        /// The source was asked since the request came, and if it answered, the key does not exist.
        case unknown
        /// The key was one of the source, and is not any more.
        case dropped
        /// Too many ask; nothing can be said about the key yet.
        case refuse
    }

    /// How many searches may follow each other at once.
    static let burst = 3
    /// How many requests wait for a search that may not be made yet.
    static let maximumWaiting = 64
    /// How long such a request waits at most.
    static let patience = Duration.seconds(5)
    /// Of so many dropped keys it is remembered that they were.
    static let maximumDropped = 64

    /// The time between two searches.
    let pace: Duration
    private var waiting = 0
    /// When the pace is made up for. Ahead of now by as much as was asked for too early.
    private var owed: Instant?
    private var isReading = false
    /// When the last question began that has been answered, well or not.
    private var answered: Instant?
    /// When the last question began.
    private var begun: Instant?
    /// When a search was last made for a key that was dropped.
    private var dropped: [[UInt8]: Instant] = [:]

    init(pace: Duration) {
        self.pace = pace
    }

    /// What a request does for a key that is not known.
    ///
    /// - Parameter arrival: when the request came.
    mutating func next(for keyID: [UInt8]?, since arrival: Instant, now: Instant) -> Step {
        if let answered, answered >= arrival { return .unknown }
        if let keyID, let last = dropped[keyID], now - last < pace * 6 { return .dropped }
        if isReading { return .read }
        let free = (owed ?? now).advanced(by: pace * -(Self.burst - 1))
        if free <= now {
            owed = max(owed ?? now, now).advanced(by: pace)
            if let keyID, dropped[keyID] != nil { dropped[keyID] = now }
            return .read
        }
        guard free - now <= Self.patience, waiting < Self.maximumWaiting else { return .refuse }
        waiting += 1
        return .wait(until: free)
    }

    /// A request has waited.
    mutating func stopWaiting() { waiting -= 1 }

    /// A question begins.
    mutating func begin(at now: Instant) {
        isReading = true
        begun = now
    }

    /// The question was answered, well or not.
    mutating func end() {
        isReading = false
        answered = begun
    }

    /// Keys have gone, and others are there.
    mutating func replace(_ before: Set<[UInt8]>, with after: Set<[UInt8]>, at now: Instant) {
        for keyID in after { dropped[keyID] = nil }
        for keyID in before.subtracting(after) { dropped[keyID] = now }
        while dropped.count > Self.maximumDropped, let oldest = dropped.min(by: { $0.value < $1.value }) {
            dropped[oldest.key] = nil
        }
    }
}
