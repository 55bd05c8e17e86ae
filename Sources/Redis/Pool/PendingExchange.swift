/// What a caller sends, and where it waits.
struct PendingExchange: Sendable {
    typealias Outcome = Result<[RedisReply], RedisError>

    var commands: [UInt8]
    var count: Int
    var deadline: ContinuousClock.Instant
    var caller: CheckedContinuation<Outcome, Never>
}
