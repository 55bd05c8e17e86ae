/// An error of a service that tells the edge what its client is to hear.
///
/// Each area extends its service's errors with this, so that the endpoints themselves need no `catch`.
package protocol ProblemConvertible: Error {
    /// What the client is to hear.
    var problem: Problem { get }
}

extension Problem: ProblemConvertible {
    package var problem: Problem { self }
}

extension Problem {
    /// What a client hears of an error: an error that nobody prepared for the edge stays inside.
    init(hearing error: any Error) {
        switch error {
        case let error as any ProblemConvertible:
            self = error.problem
        case is CancellationError:
            self = .unavailable(retryAfter: .seconds(1), "The server is shutting down. Try again.")
        default:
            self.init(.internalError, "The error has been logged under this answer's traceId.")
        }
    }
}
