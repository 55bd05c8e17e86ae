import Foundation

/// Transfers by libcurl, as many at a time as there are callers, on one thread of its own.
///
/// Connections are kept and used again by the transfers of the same client alone, so that none goes where this client
/// must not. Redirects are not followed, proxies of the environment not used, and certificates always checked. Cancelling
/// the calling task ends its transfer.
package final class CurlClient: Sendable {
    private let loop: CurlLoop

    /// A client whose connections go no further than `reach`.
    package init(reach: CurlReach) throws(CurlError) {
        let loop = try CurlLoop(reach: reach)
        self.loop = loop
        let thread = Thread { loop.run() }
        thread.name = "curl"
        thread.start()
    }

    deinit { loop.stop() }

    /// Carries a transfer out.
    ///
    /// - Returns: what the other side said, whatever its status.
    /// - Throws: `CurlError` where there is no whole answer, or SMTP did not take the message.
    package func send(_ request: CurlRequest) async throws(CurlError) -> CurlAnswer {
        let id = loop.newID()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.submit(CurlLoop.Submission(id: id, request: request, continuation: continuation))
                // Whoever was cancelled before had nothing yet to cancel.
                if Task.isCancelled { loop.cancel(id) }
            }
        } onCancel: {
            loop.cancel(id)
        }
        return try result.get()
    }
}
