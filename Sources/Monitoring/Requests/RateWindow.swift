/// Requests since a rate was told last. Few requests tell little, so they are carried over until there are enough of them,
/// or until they have come for long enough: a server with little to do can fail too. Pure.
struct RateWindow: Sendable {
    /// A rate, per thousand.
    struct Rates: Sendable, Hashable {
        var serverErrors: Int64
        var slow: Int64
    }

    /// So many requests tell a rate.
    static let enough: Int64 = 20
    /// After so long as many as there are.
    static let longest = Duration.seconds(300)

    private var carried = RecentRequests.Window()
    private var began: ContinuousClock.Instant

    init(from now: ContinuousClock.Instant) { began = now }

    /// Takes in what came since the last look.
    ///
    /// - Returns: nil while that tells nothing yet.
    mutating func take(_ window: RecentRequests.Window, at now: ContinuousClock.Instant) -> Rates? {
        carried.requests += window.requests
        carried.serverErrors += window.serverErrors
        carried.slow += window.slow
        guard carried.requests >= Self.enough || now - began >= Self.longest else { return nil }
        defer {
            carried = RecentRequests.Window()
            began = now
        }
        guard carried.requests > 0 else { return Rates(serverErrors: 0, slow: 0) }
        return Rates(
            serverErrors: carried.serverErrors * 1_000 / carried.requests,
            slow: carried.slow * 1_000 / carried.requests
        )
    }
}
