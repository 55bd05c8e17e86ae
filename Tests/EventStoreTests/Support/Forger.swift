import Events
import MerkleLog
import OpenSSL
import Postgres
import TestSupport

@testable import EventStore

/// A superuser who writes the end of a log anew: rows, leaf hashes, tree, checkpoints and head all fit each other, and
/// the checkpoints are signed with whatever key he has.
struct Forger {
    let log: SampleLog
    let signer: NoteSigner

    /// With a key of his own, under the log's name.
    static func withForeignKey(_ log: SampleLog) throws -> Forger {
        let key = try Ed25519.PrivateKey()
        return Forger(log: log, signer: try NoteSigner(name: SampleLog.origin, privateKey: key))
    }

    /// With the log's own key, stolen.
    static func withStolenKey(_ log: SampleLog) throws -> Forger {
        Forger(log: log, signer: try log.keys.current().signer)
    }

    /// Replaces the events from a position on by what `change` makes of them, and everything that follows from them.
    /// Checkpoints up to that position stay; further ones are made of `sizes` (those of before, as far as they fit).
    func rewrite(from position: Int64, _ change: (inout [RecordedEvent]) -> Void) async throws {
        let all = try await LogReader(pool: log.pool).events(from: 0, limit: 10_000)
        var tail = all.filter { $0.position >= position }
        change(&tail)
        for index in tail.indices {
            tail[index].header.position = position + Int64(index)
            tail[index].leaf = Hash.leaf(tail[index].entry ?? [])
        }
        let events = all.filter { $0.position < position } + tail
        try await install(events, keeping: position)
    }

    private func install(_ events: [RecordedEvent], keeping position: Int64) async throws {
        let size = Int64(events.count)
        let sizes = Set(SampleLog.checkpointSizes.filter { $0 < size } + [size]).sorted()
        let (signer, origin) = (signer, SampleLog.origin)
        try await log.pool.withTransaction { connection in
            try await connection.script("set local session_replication_role = replica; delete from log.tree_nodes")
            _ = try await connection.execute("delete from log.events where position >= \(position)")
            _ = try await connection.execute("delete from log.checkpoints where size > \(position)")
            for event in events.dropFirst(Int(position)) { try await Self.insert(event, connection) }
            var tree = CompactRange()
            var previous: Int64 = 0
            for event in events {
                for node in tree.append(event.leaf) {
                    _ = try await connection.execute(
                        "insert into log.tree_nodes values (\(Int16(node.level)), \(node.index), \(node.hash.bytes))"
                    )
                }
                guard sizes.contains(tree.size) else { continue }
                if tree.size > position {
                    let note = try Checkpoint(origin: origin, size: tree.size, root: tree.root)
                        .signed(with: [signer]).encoded
                    _ = try await connection.execute(
                        "insert into log.checkpoints values (\(tree.size), \(previous), \(tree.root.bytes), \(note))"
                    )
                }
                previous = tree.size
            }
            _ = try await connection.execute(
                """
                update log.head set size = \(size), edge = \(tree.edge), inline_size = least(inline_size, \(size)),
                recorded_at = \(events[events.count - 1].header.recordedAt)
                """
            )
        }
    }

    private static func insert(_ event: RecordedEvent, _ connection: PostgresConnection) async throws {
        let header = event.header
        _ = try await connection.execute(
            """
            insert into log.events values (\(header.position), \(header.recordedAt), \(header.stream),
            \(header.version), \(header.id), \(header.type.rawValue), \(Int32(header.schemaVersion)),
            \(header.branch), \(header.actor), \(header.correlationID), \(header.causationID),
            \(event.data.map { JSONText($0) }), \(event.personal.map { JSONText($0) }), \(event.salt),
            \(event.leaf.bytes), \(event.releasedDataDigest?.bytes), \(event.erasedPersonalDigest?.bytes))
            """
        )
    }
}
