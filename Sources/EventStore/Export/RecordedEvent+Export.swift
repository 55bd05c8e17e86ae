package import JSON
package import MerkleLog
import OpenSSL

extension RecordedEvent {
    /// Writes the event with all that its leaf hash is computed from.
    ///
    /// Its documents are strings that hold their exact text. Where a document was released, erased or is withheld, its
    /// place is null and its digest is written instead; what never was has neither.
    ///
    /// - Parameter includingPersonal: false withholds personal text and salt.
    package func writeExported(into writer: inout JSONWriter, includingPersonal: Bool) {
        let personal = includingPersonal ? personal : nil
        writer.object { writer in
            writer.member("position", position)
            writer.member("recordedAt", header.recordedAt)
            writer.member("stream", header.stream)
            writer.member("version", header.version)
            writer.member("id", header.id.uuidString.lowercased())
            writer.member("type", header.type.rawValue)
            writer.member("schemaVersion", header.schemaVersion)
            writer.member("branch", optional: header.branch)
            writer.member("actor", header.actor)
            writer.member("correlationId", optional: header.correlationID)
            writer.member("causationId", optional: header.causationID?.uuidString.lowercased())
            writer.member("data", optional: data.map { String(decoding: $0, as: UTF8.self) })
            writer.member("personal", optional: personal.map { String(decoding: $0, as: UTF8.self) })
            writer.member("salt", optional: personal == nil ? nil : salt.map { Base64.encode($0) })
            writer.member("leaf", leaf.hex)
            writer.member("dataDigest", optional: data == nil ? releasedDataDigest?.hex : nil)
            writer.member("personalDigest", optional: personal == nil ? personalDigest?.hex : nil)
        }
    }

    /// The digest of the personal text that stands in the entry: of the text itself, or what stayed of it.
    package var personalDigest: Hash? {
        guard let personal else { return erasedPersonalDigest }
        return salt.map { Entry.personalDigest(salt: $0, personal: personal) }
    }

    /// The same event as those see it who may not read personal text. Its leaf hash can still be computed.
    package var withoutPersonal: RecordedEvent {
        var event = self
        event.erasedPersonalDigest = personalDigest
        event.personal = nil
        event.salt = nil
        return event
    }
}

extension JSONWriter {
    /// A string, or null.
    fileprivate mutating func member(_ name: String, optional value: String?) {
        guard let value else {
            self.name(name)
            null()
            return
        }
        member(name, value)
    }
}
