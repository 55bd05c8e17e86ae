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
        let fields = Fields(
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
        fields.write(dataDigest: dataDigest, personalDigest: personalDigest, into: &bytes)
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

        /// The one place where the format is spelled.
        @inline(__always)
        func write(dataDigest: Digest32, personalDigest: Digest32?, into bytes: inout [UInt8]) {
            bytes.append(contentsOf: "daybook entry 1\nposition ".utf8)
            appendDecimal(position, to: &bytes)
            bytes.append(contentsOf: "\nrecorded-at ".utf8)
            recordedAt.appendRFC3339(to: &bytes)
            bytes.append(contentsOf: "\nstream ".utf8)
            bytes.append(contentsOf: stream)
            bytes.append(contentsOf: "\nversion ".utf8)
            appendDecimal(version, to: &bytes)
            bytes.append(contentsOf: "\nid ".utf8)
            appendUUID(id, to: &bytes)
            bytes.append(contentsOf: "\ntype ".utf8)
            bytes.append(contentsOf: type)
            bytes.append(contentsOf: "\nschema-version ".utf8)
            appendDecimal(schemaVersion, to: &bytes)
            bytes.append(contentsOf: "\nbranch".utf8)
            appendOptional(branch, to: &bytes)
            bytes.append(contentsOf: "\nactor ".utf8)
            bytes.append(contentsOf: actor)
            bytes.append(contentsOf: "\ncorrelation-id".utf8)
            appendOptional(correlationID, to: &bytes)
            bytes.append(contentsOf: "\ncausation-id".utf8)
            if let causationID {
                bytes.append(0x20)
                appendUUID(causationID, to: &bytes)
            }
            bytes.append(contentsOf: "\ndata ".utf8)
            appendHex(dataDigest, to: &bytes)
            bytes.append(contentsOf: "\npersonal".utf8)
            if let personalDigest {
                bytes.append(0x20)
                appendHex(personalDigest, to: &bytes)
            }
            bytes.append(0x0A)
        }
    }

    private static func appendOptional(_ value: (some Collection<UInt8>)?, to bytes: inout [UInt8]) {
        guard let value else { return }
        bytes.append(0x20)
        bytes.append(contentsOf: value)
    }

    private static func appendDecimal(_ value: Int64, to bytes: inout [UInt8]) {
        if value < 10 {
            bytes.append(UInt8(0x30 + value))
            return
        }
        let start = bytes.count
        var rest = value
        while rest > 0 {
            bytes.append(UInt8(0x30 + rest % 10))
            rest /= 10
        }
        bytes[start...].reverse()
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)

    private static func appendHexByte(_ byte: UInt8, to bytes: inout [UInt8]) {
        bytes.append(hexDigits[Int(byte >> 4)])
        bytes.append(hexDigits[Int(byte & 15)])
    }

    private static func appendHex(_ digest: Digest32, to bytes: inout [UInt8]) {
        digest.withUnsafeBytes { buffer in
            for byte in buffer { appendHexByte(byte, to: &bytes) }
        }
    }

    private static func appendUUID(_ id: uuid_t, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: id) { buffer in
            for (index, byte) in buffer.enumerated() {
                if index == 4 || index == 6 || index == 8 || index == 10 { bytes.append(0x2D) }
                appendHexByte(byte, to: &bytes)
            }
        }
    }
}
