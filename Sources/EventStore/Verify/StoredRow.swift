import Events
import Foundation
import JSON
import MerkleLog
import OpenSSL
import Postgres
import Time

/// A row of the log as its raw bytes, hashed without making strings of them: verification runs at hash speed.
struct StoredRow {
    /// The columns in the order read here.
    static let columns = """
        position, recorded_at, stream, version, id, type, schema_version, branch, actor, correlation_id, \
        causation_id, data, personal, salt, leaf, data_digest, personal_digest
        """

    let row: PostgresRow

    var position: Int64 { integer(0) }
    var recordedAt: Int64 { integer(1) }
    var isErased: Bool { row.isNull(column: 12) && !row.isNull(column: 16) }
    var isReleased: Bool { row.isNull(column: 11) }

    /// Whether a digest stands only where its document is gone, and a salt only beside its document: what the leaf hash
    /// does not cover.
    var isWellFormed: Bool {
        row.isNull(column: 11) != row.isNull(column: 15)
            && row.isNull(column: 12) == row.isNull(column: 13)
            && (row.isNull(column: 12) || row.isNull(column: 16))
    }

    var type: EventType? { (try? row.decode(column: 5, as: String.self)).map { EventType(rawValue: $0) } }

    var data: JSONValue? {
        (try? row.decode(column: 11, as: JSONText.self)).flatMap { try? JSONValue(parsing: $0.bytes) }
    }

    /// Whom the event's personal text is about: its subject, or the actor where it has none.
    var person: String? {
        if let type, let subject = EventCatalogue.description(of: type)?.subject, let data,
            let person = data[subject.name]?.string
        {
            return person
        }
        return try? row.decode(column: 8, as: String.self)
    }

    /// Whether the type begins with these bytes.
    func typeHasPrefix(_ prefix: StaticString) -> Bool {
        row.withBytes(column: 5) { bytes in
            guard let bytes, let start = bytes.baseAddress, bytes.count >= prefix.utf8CodeUnitCount else {
                return false
            }
            return memcmp(start, prefix.utf8Start, prefix.utf8CodeUnitCount) == 0
        }
    }

    /// The stored leaf hash.
    var leaf: Hash? { digest(14) }

    /// The leaf hash that follows from the other columns; nil when one that it needs is missing.
    func computedLeaf(scratch: inout [UInt8]) -> Hash? {
        guard let dataDigest = row.withBytes(column: 11, { $0.map { SHA256.hash($0) } }) ?? digest(15) else {
            return nil
        }
        var personalDigest = digest(16)
        if !row.isNull(column: 12) {
            personalDigest = row.withBytes(column: 13) { salt in
                row.withBytes(column: 12) { personal in
                    guard let salt, let personal else { return nil }
                    return SHA256.hash(salt, personal)
                }
            }
            if personalDigest == nil { return nil }
        }
        scratch.removeAll(keepingCapacity: true)
        text(2) { stream in
            text(5) { type in
                text(7) { branch in
                    text(8) { actor in
                        text(9) { correlationID in
                            Entry.Fields<UnsafeRawBufferPointer>(
                                position: position,
                                recordedAt: Timestamp(microseconds: recordedAt + Self.postgresEpoch),
                                stream: stream ?? Self.empty,
                                version: integer(3),
                                id: uuid(4) ?? Self.nullUUID,
                                type: type ?? Self.empty,
                                schemaVersion: Int64(
                                    row.withBytes(column: 6) { bytes in
                                        bytes.map { Int32(bigEndian: $0.loadUnaligned(as: Int32.self)) } ?? 0
                                    }
                                ),
                                branch: branch,
                                actor: actor ?? Self.empty,
                                correlationID: correlationID,
                                causationID: uuid(10)
                            )
                            .write(dataDigest: dataDigest, personalDigest: personalDigest, into: &scratch)
                        }
                    }
                }
            }
        }
        return Hash.leaf(scratch)
    }

    /// Microseconds from 1970-01-01 to 2000-01-01, PostgreSQL's epoch.
    private static let postgresEpoch: Int64 = 946_684_800_000_000
    private static var empty: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }
    private static let nullUUID: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)

    private func text(_ column: Int, _ body: (UnsafeRawBufferPointer?) -> Void) {
        row.withBytes(column: column, body)
    }

    private func integer(_ column: Int) -> Int64 {
        row.withBytes(column: column) { bytes in
            bytes.map { Int64(bigEndian: $0.loadUnaligned(as: Int64.self)) } ?? -1
        }
    }

    private func uuid(_ column: Int) -> uuid_t? {
        row.withBytes(column: column) { $0.map { $0.loadUnaligned(as: uuid_t.self) } }
    }

    private func digest(_ column: Int) -> Hash? {
        row.withBytes(column: column) { bytes in bytes.flatMap { Hash(loadingFrom: $0) } }
    }
}
