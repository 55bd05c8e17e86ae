import Events
import Logging
import Postgres

/// The log as an endless sequence of batches, from a position on: each event once, in order, none skipped.
///
/// Demand-driven: nothing is read before the consumer asks for the next batch. Ends when its task is cancelled; waits
/// out a database that is away.
///
/// Throws `LogReadError(.anotherLog)` where the log no longer begins with what it gave out, as after a failover to a
/// standby that lacked the last commits: events in the places of those that were lost would be stepped over in silence.
/// Whoever consumes it has to begin anew, without what it knew.
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
        /// The event given out last.
        var last: RecordedEvent?

        /// The next batch; nil once the task is cancelled.
        package mutating func next() async throws -> Batch? {
            while !Task.isCancelled {
                // Taken before the look at the log, so that no hint is slept through.
                let mark = follower.signal.mark
                do {
                    let size = try await follower.head().size
                    guard size >= position else { throw follower.anotherLog(size, at: position) }
                    if size > position {
                        let batch = try await follower.read(from: position, after: last, below: size)
                        position = batch.nextPosition
                        if let newest = batch.events.last {
                            last = newest
                            return batch
                        }
                        continue
                    }
                    await follower.signal.wait(since: mark, timeout: follower.poll)
                } catch let error as LogReadError where error.isOfAnotherLog {
                    throw error
                } catch {
                    if Task.isCancelled { return nil }
                    follower.logger.warning("the log cannot be read; trying again", metadata: ["error": "\(error)"])
                    try? await Task.sleep(for: follower.poll)
                }
            }
            return nil
        }
    }

    /// Events from `first` on, of a log that has `size`, and that still has the event read `last`.
    private func read(from first: Int64, after last: RecordedEvent?, below size: Int64) async throws -> Batch {
        // The one before is read again with those after it, for its leaf to be compared.
        let begin = last?.position ?? first
        let again = last == nil ? 0 : 1
        let limit = Swift.max(1 + again, Swift.min(batch + again, LogReader.maximumPage))
        var events = try await reader.events(from: begin, below: size, types: types, limit: limit)
        let isWholePage = events.count == limit
        if let last {
            guard events.first?.leaf == last.leaf else { throw anotherLog(size, at: first) }
            events.removeFirst()
        }
        guard types == nil else {
            let next = isWholePage ? events.last.map { $0.position + 1 } : nil
            return Batch(events: events, nextPosition: next ?? size)
        }
        // Going on over a gap would be to skip an event in silence.
        let wanted = Swift.min(Int64(limit - again), size - first)
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

    private func anotherLog(_ size: Int64, at position: Int64) -> LogReadError {
        logger.critical(
            "the log is another than it was; its follower stops",
            metadata: ["events": "\(size)", "read": "\(position)"]
        )
        return LogReadError(
            .anotherLog(size: size),
            "The log has \(size) events now, and not those that were read up to position \(position): read it anew."
        )
    }

    /// A reader of its own.
    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(follower: self, position: from) }
}

extension LogReadError {
    fileprivate var isOfAnotherLog: Bool {
        if case .anotherLog = code { true } else { false }
    }
}
