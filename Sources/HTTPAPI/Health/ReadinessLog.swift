package import Logging
import Synchronization

/// Says in the log why a check of readiness fails, which the answer of `/readyz`, open to everybody, does not tell: once, until
/// it is well again or fails for another reason.
package final class ReadinessLog: Sendable {
    private let logger: Logger
    private let last = Mutex<String?>(nil)

    /// A log of one check.
    package init(_ logger: Logger) {
        self.logger = logger
    }

    /// Notes how the check of that name ended: with an error, or well.
    package func note(_ error: (any Error)?, of name: String) {
        let reason = error.map { LogText(String(describing: $0), limit: 2_000).description }
        let isNews = last.withLock { last in
            defer { last = reason }
            return last != reason
        }
        guard isNews else { return }
        if let reason {
            logger.warning("not ready for requests", metadata: ["check": "\(name)", "error": "\(reason)"])
        } else {
            logger.notice("ready for requests again", metadata: ["check": "\(name)"])
        }
    }
}
