import Events
import Logging
import Postgres

/// The log as an endless sequence of batches, from a position on: each event once, in order, none skipped.
///
/// Demand-driven: nothing is read before the consumer asks for the next batch. Ends when its task is cancelled; waits
/// out a database that is away.
package struct LogFollower: AsyncSequence, Sendable {
    /// Consecutive events, never empty. With a type filter positions have gaps; `nextPosition` says how far it looked.
    package struct Batch: Sendable {
        /// The events.
        package var events: [RecordedEvent]
        /// Where the next batch begins.
        package var nextPosition: Int64
    }

    let reader: LogReader
    let head: @Sendable () async throws -> LogHead
    let signal: CommitSignal
    let from: Int64
    let types: Set<EventType>?
    let batch: Int
    let poll: Duration
    let logger: Logger

    /// Reads on demand.
    package struct AsyncIterator: AsyncIteratorProtocol {
        let follower: LogFollower
        var position: Int64

        /// The next batch; nil once the task is cancelled.
        package mutating func next() async -> Batch? {
            while !Task.isCancelled {
                do {
                    let size = try await follower.head().size
                    if size > position {
                        let events = try await follower.reader.events(
                            from: position,
                            below: size,
                            types: follower.types,
                            limit: follower.batch
                        )
                        let full = events.count == follower.batch
                        position = full ? (events.last?.position ?? position) + 1 : size
                        if !events.isEmpty { return Batch(events: events, nextPosition: position) }
                        continue
                    }
                    await follower.signal.wait(beyond: position, timeout: follower.poll)
                } catch {
                    if Task.isCancelled { return nil }
                    follower.logger.warning("the log cannot be read; trying again", metadata: ["error": "\(error)"])
                    try? await Task.sleep(for: follower.poll)
                }
            }
            return nil
        }
    }

    /// A reader of its own.
    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(follower: self, position: from) }
}
