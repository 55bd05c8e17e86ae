/// How many requests since it was told last were of some kind, such as failed. Few requests tell little, so they are carried
/// over until there are enough of them, or until they have come for long enough: a server with little to do can fail too.
/// Pure.
struct RateWindow: Sendable {
    /// So many requests tell a rate.
    static let enough: Int64 = 20
    /// After so long as many as there are.
    static let longest = Duration.seconds(300)

    private var count: Int64 = 0
    private var requests: Int64 = 0
    private let began: ContinuousClock.Instant

    init(from now: ContinuousClock.Instant) { began = now }

    /// Takes in what came since the last look: so many of the kind among so many.
    ///
    /// - Returns: the rate, per thousand; nil while that tells nothing yet.
    mutating func take(_ count: Int64, of requests: Int64, at now: ContinuousClock.Instant) -> Int64? {
        self.count += count
        self.requests += requests
        guard self.requests >= Self.enough || now - began >= Self.longest else { return nil }
        defer { self = RateWindow(from: now) }
        return self.requests > 0 ? self.count * 1_000 / self.requests : 0
    }
}
