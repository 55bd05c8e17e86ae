package import Events
import Foundation
import JSON
package import MerkleLog
import OpenSSL
import Postgres
import Time

/// An event as it stands in the log.
package struct RecordedEvent: Sendable, Hashable {
    /// Position, time, stream, type, actor and the rest of the entry's header.
    package var header: EventHeader
    /// The facts, as exact JSON text; nil once released.
    package var data: [UInt8]?
    /// The words about people, as exact JSON text; nil when there are none, or they are erased.
    package var personal: [UInt8]?
    /// The salt of the personal digest.
    package var salt: [UInt8]?
    /// The stored leaf hash.
    package var leaf: Hash
    /// What stays of released data.
    package var releasedDataDigest: Hash?
    /// What stays of erased personal text.
    package var erasedPersonalDigest: Hash?

    /// Index in the log.
    package var position: Int64 { header.position }
    /// The event's type.
    package var type: EventType { header.type }
    /// Whether its personal text was erased.
    package var isErased: Bool { personal == nil && erasedPersonalDigest != nil }

    /// The payload as its generated type. Personal fields of an erased event are nil.
    package func decode<P: EventPayload>(_ payload: P.Type) throws -> P {
        guard let data else {
            throw LogReadError(.released, "The data of event \(position) was released after archiving.")
        }
        return try P(data: JSONValue(parsing: data), personal: personal.map { try JSONValue(parsing: $0) })
    }

    /// The entry as it follows from the stored columns; nil when a digest that it needs is missing.
    package var entry: [UInt8]? {
        guard let dataDigest = data.map({ SHA256.hash($0) }) ?? releasedDataDigest else { return nil }
        var personalDigest = erasedPersonalDigest
        if let personal {
            guard let salt else { return nil }
            personalDigest = Entry.personalDigest(salt: salt, personal: personal)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        Entry.write(header, dataDigest: dataDigest, personalDigest: personalDigest, into: &bytes)
        return bytes
    }

    /// Whether the stored leaf hash is that of the stored columns.
    package var isIntact: Bool { entry.map { Hash.leaf($0) == leaf } ?? false }
}

extension RecordedEvent {
    init(_ row: PostgresRow) throws {
        header = EventHeader(
            position: try row.decode("position", as: Int64.self),
            recordedAt: try row.decode("recorded_at", as: Timestamp.self),
            stream: try row.decode("stream", as: String.self),
            version: try row.decode("version", as: Int64.self),
            id: try row.decode("id", as: UUID.self),
            type: EventType(rawValue: try row.decode("type", as: String.self)),
            schemaVersion: Int(try row.decode("schema_version", as: Int32.self)),
            branch: try row.decode("branch", as: String?.self),
            actor: try row.decode("actor", as: String.self),
            correlationID: try row.decode("correlation_id", as: String?.self),
            causationID: try row.decode("causation_id", as: UUID?.self)
        )
        data = try row.decode("data", as: JSONText?.self)?.bytes
        personal = try row.decode("personal", as: JSONText?.self)?.bytes
        salt = try row.decode("salt", as: [UInt8]?.self)
        leaf = try row.hash("leaf")
        releasedDataDigest = try row.optionalHash("data_digest")
        erasedPersonalDigest = try row.optionalHash("personal_digest")
    }
}

extension PostgresRow {
    /// A column of 32 bytes.
    func hash(_ name: String) throws -> Hash {
        guard let hash = try optionalHash(name) else {
            throw LogReadError(.malformed, "The column \(name) of the log is empty; run: daybook verify")
        }
        return hash
    }

    /// A column of 32 bytes, or null.
    func optionalHash(_ name: String) throws -> Hash? {
        guard let bytes = try decode(name, as: [UInt8]?.self) else { return nil }
        guard let hash = Hash(bytes) else {
            throw LogReadError(.malformed, "The column \(name) of the log does not hold a hash; run: daybook verify")
        }
        return hash
    }
}
