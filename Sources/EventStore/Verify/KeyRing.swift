import Events
import JSON
import MerkleLog
import OpenSSL

/// The keys that may sign checkpoints, as the log itself tells while it is read.
///
/// A key may sign once the event that brought it in is covered by a checkpoint that an earlier key signed, so a forged
/// tail cannot bring its own key. The first key comes from the verifier, or else from the log's first event.
struct KeyRing: Sendable {
    private var accepted: [NoteVerifier]
    /// Brought in by events that no checkpoint covers yet.
    private var announced: [NoteVerifier] = []
    /// Whether the log's first key is still to be believed.
    private var trustsFirst: Bool

    /// - Parameter trusted: the keys that the verifier trusts; if there are none, the log's first key is believed.
    init(trusted: [NoteVerifier]) {
        accepted = trusted
        trustsFirst = trusted.isEmpty
    }

    /// Takes note of an event about keys.
    mutating func observe(_ type: EventType, data: JSONValue) throws {
        if type == Log.KeyCreated.type {
            let event = try Log.KeyCreated(data: data, personal: nil)
            guard let bytes = Base64.decode(event.publicKey) else { return }
            announced.append(
                try NoteVerifier(name: event.keyName, publicKey: try Ed25519.PublicKey(bytes: bytes))
            )
        } else if type == Log.KeyRetired.type {
            let event = try Log.KeyRetired(data: data, personal: nil)
            accepted.removeAll { $0.name == event.keyName && $0.keyIDText == event.keyID }
            announced.removeAll { $0.name == event.keyName && $0.keyIDText == event.keyID }
        }
    }

    /// The checkpoint in a note, if one of the keys signed it.
    mutating func open(_ note: SignedNote) throws -> Checkpoint {
        if trustsFirst {
            acceptAnnounced()
            trustsFirst = accepted.isEmpty
        }
        let checkpoint = try Checkpoint(text: note.text)
        try note.verify(with: accepted)
        return checkpoint
    }

    /// The events so far are those that a checkpoint signs: the keys that they brought in may sign from now on.
    mutating func acceptAnnounced() {
        for key in announced where !accepted.contains(where: { $0.encoded == key.encoded }) { accepted.append(key) }
        announced = []
    }

    /// The events so far may not be those that were signed.
    mutating func forgetAnnounced() {
        announced = []
    }
}
