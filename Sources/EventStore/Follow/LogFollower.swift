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
                // Taken before the look at the log, so that no hint is slept through.
                let mark = follower.signal.mark
                do {
                    let size = try await follower.head().size
                    if size > position {
                        let batch = try await follower.read(from: position, below: size)
                        position = batch.nextPosition
                        if !batch.events.isEmpty { return batch }
                        continue
                    }
                    await follower.signal.wait(since: mark, timeout: follower.poll)
                } catch {
                    if Task.isCancelled { return nil }
                    follower.logger.warning("the log cannot be read; trying again", metadata: ["error": "\(error)"])
                    try? await Task.sleep(for: follower.poll)
                }
            }
            return nil
        }
    }

    /// Events from `first` on, of a log that has `size`.
    private func read(from first: Int64, below size: Int64) async throws -> Batch {
        let limit = Swift.max(1, Swift.min(batch, LogReader.maximumPage))
        let events = try await reader.events(from: first, below: size, types: types, limit: limit)
        guard types == nil else {
            let next = events.count == limit ? events.last.map { $0.position + 1 } : nil
            return Batch(events: events, nextPosition: next ?? size)
        }
        // Going on over a gap would be to skip an event in silence.
        let wanted = Swift.min(Int64(limit), size - first)
        guard Int64(events.count) == wanted, events.first?.position == first, let last = events.last,
            last.position == first + wanted - 1
        else {
            throw LogReadError(
                .malformed,
                "The log has \(size) events, but some from position \(first) on are missing; run: daybook verify"
            )
        }
        return Batch(events: events, nextPosition: last.position + 1)
    }

    /// A reader of its own.
    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(follower: self, position: from) }
}
