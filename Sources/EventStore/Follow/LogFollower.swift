import Events
import Logging
import MerkleLog
import Postgres

/// The log as an endless sequence of batches, from a position on: each event once, in order, none skipped.
///
/// Demand-driven: nothing is read before the consumer asks for the next batch. Ends when its task is cancelled; waits
/// out a database that is away.
///
/// Throws `LogReadError(.anotherLog)` where the log no longer begins with what it has gone by, of whatever type, as after a
/// failover to a standby that lacked the last commits: events in the places of those that were lost would be stepped over in
/// silence. Whoever consumes it has to begin anew, without what it knew.
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
        /// The leaf of the event before `position`, whatever its type; nil until that was looked at.
        var leaf: Hash?

        /// The next batch; nil once the task is cancelled.
        package mutating func next() async throws -> Batch? {
            while !Task.isCancelled {
                // Taken before the look at the log, so that no hint is slept through.
                let mark = follower.signal.mark
                do {
                    let head = try await follower.head()
                    if head.size > position {
                        let batch = try await follower.read(from: position, after: leaf, below: head)
                        position = batch.nextPosition
                        let newest = batch.events.last
                        leaf = newest?.position == position - 1 ? newest?.leaf : head.leaf
                        if newest != nil { return batch }
                        continue
                    }
                    guard head.size == position, leaf == nil || leaf == head.leaf else {
                        throw follower.anotherLog(head.size, at: position)
                    }
                    leaf = head.leaf
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

    /// Events from `first` on, up to an end of the log, where the one before them still has the leaf that is known of it.
    private func read(from first: Int64, after leaf: Hash?, below head: LogHead) async throws -> Batch {
        let limit = Swift.max(1, Swift.min(batch, LogReader.maximumPage))
        let (leafBefore, events) = try await reader.continuation(
            from: first,
            below: head.size,
            types: types,
            limit: limit
        )
        guard leaf == nil || leaf == leafBefore else { throw anotherLog(head.size, at: first) }
        guard types == nil else {
            let next = events.count == limit ? events.last.map { $0.position + 1 } : nil
            return Batch(events: events, nextPosition: next ?? head.size)
        }
        // Going on over a gap would be to skip an event in silence.
        let wanted = Swift.min(Int64(limit), head.size - first)
        guard Int64(events.count) == wanted, events.first?.position == first, let last = events.last,
            last.position == first + wanted - 1
        else {
            throw LogReadError(
                .malformed,
                "The log has \(head.size) events, but some from position \(first) on are missing; run: daybook verify"
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
