package import Events
package import Foundation
package import OpenSSL
package import Time

/// The header of an event, which becomes its entry.
package struct EventHeader: Sendable, Hashable {
    /// Index in the log.
    package var position: Int64
    /// When it was recorded, microseconds.
    package var recordedAt: Timestamp
    /// The stream that it belongs to.
    package var stream: String
    /// Index in the stream.
    package var version: Int64
    /// UUIDv7.
    package var id: UUID
    /// The event's type.
    package var type: EventType
    /// The version of its schema.
    package var schemaVersion: Int
    /// The branch that it belongs to.
    package var branch: String?
    /// Who did it.
    package var actor: String
    /// The W3C trace id.
    package var correlationID: String?
    /// The event that led to it.
    package var causationID: UUID?
}

/// The entry of an event: the text whose RFC 6962 leaf hash goes into the tree (`docs/log-format.md`, format 1).
///
/// One line a field, `name SP value LF`, in a fixed order; a field without a value is its name alone. Values hold no
/// control characters, so lines cannot be forged.
package enum Entry {
    /// The first line; a change of the format is a change of this number.
    package static let format = "daybook entry 1"
    /// How many random bytes salt the personal digest.
    package static let saltLength = 16

    /// Salted SHA-256 of a personal document.
    package static func personalDigest(salt: [UInt8], personal: [UInt8]) -> Digest32 {
        SHA256.hash(salt, personal)
    }

    /// The entry's bytes, appended to `bytes`.
    package static func write(
        _ header: EventHeader,
        dataDigest: Digest32,
        personalDigest: Digest32?,
        into bytes: inout [UInt8]
    ) {
        Fields(header).withEntry(dataDigest: dataDigest, personalDigest: personalDigest) {
            bytes.append(contentsOf: $0)
        }
    }

    /// The header's fields with their text in any form: strings of an event about to be appended, or the bytes of a
    /// row that is being verified.
    struct Fields<Text: Collection<UInt8>> {
        var position: Int64
        var recordedAt: Timestamp
        var stream: Text
        var version: Int64
        var id: uuid_t
        var type: Text
        var schemaVersion: Int64
        var branch: Text?
        var actor: Text
        var correlationID: Text?
        var causationID: uuid_t?

        /// Lends the entry's bytes; nothing is allocated for one of usual length.
        @inline(__always)
        func withEntry<R>(
            dataDigest: Digest32,
            personalDigest: Digest32?,
            _ body: (UnsafeRawBufferPointer) -> R
        ) -> R {
            withUnsafeTemporaryAllocation(byteCount: capacity, alignment: 1) { memory in
                var entry = EntryBuffer(memory)
                write(dataDigest: dataDigest, personalDigest: personalDigest, into: &entry)
                return body(entry.written)
            }
        }

        /// At least the length of the entry: its names, numbers, moment, ids and digests take less than 512 bytes.
        private var capacity: Int {
            512 + stream.count + type.count + actor.count + (branch?.count ?? 0) + (correlationID?.count ?? 0)
        }

        /// The one place where the format is spelled.
        private func write(dataDigest: Digest32, personalDigest: Digest32?, into entry: inout EntryBuffer) {
            entry.append("daybook entry 1\nposition ")
            entry.append(decimal: position)
            entry.append("\nrecorded-at ")
            entry.append(recordedAt)
            entry.append("\nstream ")
            entry.append(stream)
            entry.append("\nversion ")
            entry.append(decimal: version)
            entry.append("\nid ")
            withUnsafeBytes(of: id) { entry.append(uuid: $0) }
            entry.append("\ntype ")
            entry.append(type)
            entry.append("\nschema-version ")
            entry.append(decimal: schemaVersion)
            entry.append("\nbranch")
            append(branch, to: &entry)
            entry.append("\nactor ")
            entry.append(actor)
            entry.append("\ncorrelation-id")
            append(correlationID, to: &entry)
            entry.append("\ncausation-id")
            if let causationID {
                entry.append(0x20)
                withUnsafeBytes(of: causationID) { entry.append(uuid: $0) }
            }
            entry.append("\ndata ")
            dataDigest.withUnsafeBytes { entry.append(hex: $0) }
            entry.append("\npersonal")
            if let personalDigest {
                entry.append(0x20)
                personalDigest.withUnsafeBytes { entry.append(hex: $0) }
            }
            entry.append(0x0A)
        }

        @inline(__always)
        private func append(_ value: Text?, to entry: inout EntryBuffer) {
            guard let value else { return }
            entry.append(0x20)
            entry.append(value)
        }
    }
}

extension Entry.Fields<String.UTF8View> {
    /// The fields of a header.
    init(_ header: EventHeader) {
        self.init(
            position: header.position,
            recordedAt: header.recordedAt,
            stream: header.stream.utf8,
            version: header.version,
            id: header.id.uuid,
            type: header.type.rawValue.utf8,
            schemaVersion: Int64(header.schemaVersion),
            branch: header.branch?.utf8,
            actor: header.actor.utf8,
            correlationID: header.correlationID?.utf8,
            causationID: header.causationID?.uuid
        )
    }
}
