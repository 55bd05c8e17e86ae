import Synchronization

/// The account of a request whose answer is written later. It is closed once: by whoever writes the answer, or, where
/// nobody came to that, when nobody can any more. So no request counts as being answered for ever.
final class OpenAccount: Sendable {
    /// The status of a request whose client left before the head of the answer was written. HTTP has none for that;
    /// other servers' logs have this one.
    static let clientLeft = 499

    private let account: @Sendable (_ status: Int, _ bytes: Int) -> Void
    private let isClosed = Atomic<Bool>(false)

    /// - Parameter account: told once how it ended.
    init(_ account: @escaping @Sendable (_ status: Int, _ bytes: Int) -> Void) { self.account = account }

    deinit { close(status: Self.clientLeft, bytes: 0) }

    /// The answer has gone, or was broken off.
    func close(status: Int, bytes: Int) {
        if !isClosed.exchange(true, ordering: .relaxed) { account(status, bytes) }
    }
}
