import Events
import Foundation
import MerkleLog
import OpenSSL
import Postgres

/// The row of an event in PostgreSQL's binary COPY format, in the order of `columns`.
enum EventRow {
    /// The columns that an append writes; the rest are null.
    static let columns = """
        position, recorded_at, stream, version, id, type, schema_version, branch, actor, correlation_id, \
        causation_id, data, personal, salt, leaf
        """

    /// Hashes the event's entry and appends its row. Returns the leaf hash.
    static func append(
        _ event: NewEvent,
        _ seal: EventSeal,
        _ header: EventHeader,
        to rows: inout BinaryCopyWriter
    ) -> Hash {
        let leaf = leafHash(seal, header)
        rows.startRow(fields: 15)
        rows.write(header.position)
        rows.write(header.recordedAt)
        rows.write(header.stream)
        rows.write(header.version)
        rows.write(header.id)
        rows.write(header.type.rawValue)
        rows.write(Int32(truncatingIfNeeded: header.schemaVersion))
        rows.write(header.branch)
        rows.write(header.actor)
        rows.write(header.correlationID)
        rows.write(header.causationID)
        rows.write(event.data)
        rows.write(event.personal)
        rows.write(seal.salt)
        leaf.withUnsafeBytes { rows.write($0) }
        return leaf
    }

    private static func leafHash(_ seal: EventSeal, _ header: EventHeader) -> Hash {
        Entry.Fields(header).withEntry(dataDigest: seal.dataDigest, personalDigest: seal.personalDigest) {
            Hash.leaf($0)
        }
    }
}
