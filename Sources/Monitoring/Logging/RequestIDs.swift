package import Logging

/// The ids of the request that a task works for: what it logs carries them, by whichever logger.
///
/// Tasks that are begun by `Task {}` or in a group inherit them, and keep them for as long as they run, which may be longer
/// than the request. `Task.detached` begins without, as does what runs on an event loop; what works for many requests at
/// once, such as the appender, has those of none. The body of an answer that is streamed is written after the answer was
/// made, without them.
package struct RequestIDs: Sendable, Hashable {
    /// Those of the request that this task works for; nil where it works for none.
    @TaskLocal package static var current: RequestIDs?

    /// The trace id, which is the correlation id of the request's events.
    package let trace: String
    /// The id by which the client knows the request; the trace id where it gave none.
    package let request: String

    package init(trace: String, request: String) {
        self.trace = trace
        self.request = request
    }

    /// By the names that entries have for them.
    package var metadata: Logger.Metadata {
        var metadata: Logger.Metadata = ["traceId": "\(trace)"]
        if request != trace { metadata["requestId"] = "\(request)" }
        return metadata
    }
}

extension Logger.MetadataProvider {
    /// The ids of the request that the task works for which logs.
    package static let ofRequest = Logger.MetadataProvider { RequestIDs.current?.metadata ?? [:] }
}
