@testable import EventStore

extension PendingAppend {
    /// A request as the queue holds it, and its caller's task.
    static func waiting(_ request: AppendRequest) async throws -> (PendingAppend, Task<Receipt, any Error>) {
        let seals = try request.streams.map { try $0.events.map(EventSeal.init) }
        let (stream, handOver) = AsyncStream.makeStream(of: PendingAppend.self)
        let answer = Task {
            try await withCheckedThrowingContinuation { continuation in
                handOver.yield(PendingAppend(request, seals: seals, continuation: continuation))
            }
        }
        for await pending in stream { return (pending, answer) }
        throw CancellationError()
    }
}
