import Synchronization

/// What the requests since the last look were like: what alert rules go by.
package final class RecentRequests: Sendable {
    /// Requests between two looks.
    package struct Window: Sendable, Hashable {
        package var requests: Int64 = 0
        package var serverErrors: Int64 = 0
        package var signInFailures: Int64 = 0
        /// Requests whose answers last: how long they took says nothing.
        package var lasting: Int64 = 0
        /// Those of the others that took longer than the bound of the latency rule.
        package var slow: Int64 = 0

        /// Nothing.
        package init() {}
    }

    /// A request that takes longer is slow.
    package static let slowMicroseconds: Int64 = 1_000_000

    private let window = Mutex(Window())

    package init() {}

    func note(_ records: [RequestRecord]) {
        window.withLock { window in
            for record in records {
                window.requests += 1
                if record.isServerError { window.serverErrors += 1 }
                if record.status == 401 { window.signInFailures += 1 }
                if record.isLasting {
                    window.lasting += 1
                } else if record.microseconds > Self.slowMicroseconds {
                    window.slow += 1
                }
            }
        }
    }

    /// What came since the last call.
    package func take() -> Window {
        window.withLock { window in
            defer { window = Window() }
            return window
        }
    }
}
