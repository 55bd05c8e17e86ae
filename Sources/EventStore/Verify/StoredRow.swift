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

    let row: BinaryCopyRow

    var position: Int64 { integer(0) }
    var recordedAt: Int64 { integer(1) }
    var isErased: Bool { isNull(12) && !isNull(16) }
    var isReleased: Bool { isNull(11) }

    /// Whether a digest stands only where its document is gone, and a salt only beside its document: what the leaf hash
    /// does not cover.
    var isWellFormed: Bool {
        isNull(11) != isNull(15) && isNull(12) == isNull(13) && (isNull(12) || isNull(16))
    }

    var type: EventType? { text(5).map { EventType(rawValue: $0) } }

    var data: JSONValue? { row.bytes(11).flatMap { try? JSONValue(parsing: Array($0)) } }

    /// Whom the event's personal text is about: its subject, or the actor where it has none.
    var person: String? {
        if let type, let subject = EventCatalogue.description(of: type)?.subject, let data,
            let person = data[subject.name]?.string
        {
            return person
        }
        return text(8)
    }

    /// Whether the type begins with these bytes.
    func typeHasPrefix(_ prefix: StaticString) -> Bool {
        guard let bytes = row.bytes(5), let start = bytes.baseAddress, bytes.count >= prefix.utf8CodeUnitCount else {
            return false
        }
        return memcmp(start, prefix.utf8Start, prefix.utf8CodeUnitCount) == 0
    }

    /// The stored leaf hash.
    var leaf: Hash? { digest(14) }

    /// The leaf hash that follows from the other columns; nil when one that it needs is missing.
    var computedLeaf: Hash? {
        guard let dataDigest = row.bytes(11).map({ SHA256.hash($0) }) ?? digest(15) else { return nil }
        var personalDigest = digest(16)
        if let personal = row.bytes(12) {
            guard let salt = row.bytes(13) else { return nil }
            personalDigest = SHA256.hash(salt, personal)
        }
        return fields.withEntry(dataDigest: dataDigest, personalDigest: personalDigest) { Hash.leaf($0) }
    }

    /// When it was recorded.
    var moment: Timestamp {
        Timestamp(microseconds: recordedAt.addingReportingOverflow(Self.postgresEpoch).partialValue)
    }

    private var fields: Entry.Fields<UnsafeRawBufferPointer> {
        Entry.Fields(
            position: position,
            // Infinity does not become a moment by wrapping: what is out of range is held at the nearer end.
            recordedAt: moment,
            stream: row.bytes(2) ?? Self.empty,
            version: integer(3),
            id: uuid(4) ?? Self.nullUUID,
            type: row.bytes(5) ?? Self.empty,
            schemaVersion: load(6, as: Int32.self).map { Int64(Int32(bigEndian: $0)) } ?? 0,
            branch: row.bytes(7),
            actor: row.bytes(8) ?? Self.empty,
            correlationID: row.bytes(9),
            causationID: uuid(10)
        )
    }

    /// Microseconds from 1970-01-01 to 2000-01-01, PostgreSQL's epoch.
    private static let postgresEpoch: Int64 = 946_684_800_000_000
    private static var empty: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }
    private static let nullUUID: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)

    private func isNull(_ column: Int) -> Bool { row.bytes(column) == nil }

    private func text(_ column: Int) -> String? {
        row.bytes(column).map { String(decoding: $0, as: UTF8.self) }
    }

    private func integer(_ column: Int) -> Int64 {
        load(column, as: Int64.self).map { Int64(bigEndian: $0) } ?? -1
    }

    private func uuid(_ column: Int) -> uuid_t? { load(column, as: uuid_t.self) }

    private func digest(_ column: Int) -> Hash? {
        // One with a byte too many is not a digest, though it begins like one.
        row.bytes(column).flatMap { $0.count == Hash.byteCount ? Hash(loadingFrom: $0) : nil }
    }

    /// A value of fixed length; nil when the column is null or, its type changed, of another length.
    private func load<Value: BitwiseCopyable>(_ column: Int, as type: Value.Type) -> Value? {
        row.bytes(column).flatMap { $0.count == MemoryLayout<Value>.size ? $0.loadUnaligned(as: type) : nil }
    }
}
