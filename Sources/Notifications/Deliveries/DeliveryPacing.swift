import Time

/// When something that failed is tried again: twice as long after each attempt, unevenly, so that what failed together is
/// not tried together (exponential backoff with jitter).
enum DeliveryPacing {
    /// After so many attempts it is given up: most of a day after the first. A mail server may be away that long.
    static let attempts = 30
    private static let first = Duration.seconds(5)
    private static let longest = Duration.seconds(3_600)

    /// The longest that another side is listened to.
    private static let longestAsked = Duration.seconds(86_400)

    /// How long to wait after attempt `attempt`, counted from 1.
    ///
    /// - Parameters:
    ///   - asked: how long the other side asked for at least.
    ///   - share: between 0 and 1: the unevenness.
    static func pause(after attempt: Int, asked: Duration? = nil, share: Double) -> Duration {
        let doubled = first * (1 << min(max(attempt - 1, 0), 20))
        let own = Duration.milliseconds(Int64((min(doubled, longest) / .milliseconds(1)) * (0.8 + 0.4 * share)))
        return max(own, min(asked ?? .zero, longestAsked))
    }
}
