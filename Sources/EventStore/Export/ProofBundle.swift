package import JSON
package import MerkleLog

/// An event with everything that it takes to check it offline, in one JSON object: the format "daybook proof 1".
///
/// `{"format":"daybook proof 1","event":{…},"entry":"…","proof":"…"}`: the event as in an export, the text of its
/// entry, and the C2SP tlog-proof of the entry's leaf hash.
package struct ProofBundle: Sendable {
    /// The event.
    package let event: RecordedEvent
    /// The proof.
    package let proof: TlogProof

    /// An event and its proof.
    package init(event: RecordedEvent, proof: TlogProof) {
        self.event = event
        self.proof = proof
    }

    /// Writes the bundle.
    package func write(into writer: inout JSONWriter, includingPersonal: Bool) {
        writer.object { writer in
            writer.member("format", "daybook proof 1")
            writer.name("event")
            event.writeExported(into: &writer, includingPersonal: includingPersonal)
            writer.member("entry", event.entry.map { .string(String(decoding: $0, as: UTF8.self)) } ?? .null)
            writer.member("proof", proof.text)
        }
    }
}
