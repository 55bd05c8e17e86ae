import Events
import Foundation
package import JSON
import MerkleLog
import OpenSSL
import Time

extension RecordedEvent {
    /// Reads an event as an export or a proof writes it. Says nothing about whether it is what was recorded.
    ///
    /// - Throws: `ProofBundleError(.malformed)`, naming the member.
    package init(exported value: JSONValue) throws {
        let reader = ExportedMembers(value)
        header = EventHeader(
            position: try reader.integer("position"),
            recordedAt: try reader.read("recordedAt") { Timestamp(rfc3339: $0) },
            stream: try reader.string("stream"),
            version: try reader.integer("version"),
            id: try reader.read("id") { UUID(uuidString: $0) },
            type: EventType(rawValue: try reader.string("type")),
            schemaVersion: Int(try reader.integer("schemaVersion")),
            branch: try reader.optional("branch") { $0 },
            actor: try reader.string("actor"),
            correlationID: try reader.optional("correlationId") { $0 },
            causationID: try reader.optional("causationId") { UUID(uuidString: $0) }
        )
        data = try reader.optional("data") { [UInt8]($0.utf8) }
        personal = try reader.optional("personal") { [UInt8]($0.utf8) }
        salt = try reader.optional("salt") { Base64.decode($0) }
        leaf = try reader.read("leaf") { Hash(hex: $0) }
        releasedDataDigest = try reader.optional("dataDigest") { Hash(hex: $0) }
        erasedPersonalDigest = try reader.optional("personalDigest") { Hash(hex: $0) }
    }
}

/// The members of an exported event. A line feed in one would be a line of the entry, so there is none.
private struct ExportedMembers {
    private let object: JSONObject

    init(_ value: JSONValue) {
        object = value.object ?? JSONObject()
    }

    func integer(_ name: String) throws -> Int64 {
        guard let value = object[name]?.int64, value >= 0 else { throw malformed(name) }
        return value
    }

    func string(_ name: String) throws -> String {
        try read(name) { $0 }
    }

    func read<Value>(_ name: String, _ convert: (String) -> Value?) throws -> Value {
        guard let value = try optional(name, convert) else { throw malformed(name) }
        return value
    }

    func optional<Value>(_ name: String, _ convert: (String) -> Value?) throws -> Value? {
        guard let member = object[name], !member.isNull else { return nil }
        let isDocument = name == "data" || name == "personal"
        guard let text = member.string, isDocument || !text.utf8.contains(where: { $0 < 32 || $0 == 127 }),
            let value = convert(text)
        else { throw malformed(name) }
        return value
    }

    private func malformed(_ name: String) -> ProofBundleError {
        ProofBundleError(.malformed, "The event's member “\(name)” is missing or is not what it should be.")
    }
}
