import Events
import Logging
import MerkleLog
import OpenSSL

/// A key of the log as its events tell.
package struct LogKey: Sendable, Hashable {
    /// The origin that it signs for.
    package var name: String
    /// Its id, 8 hexadecimal digits.
    package var id: String
    /// What others verify with, in the form `name+id+base64`.
    package var verifier: String
    /// Where it came into the log.
    package var createdAt: Int64
    /// Where it was retired; nil while it signs.
    package var retiredAt: Int64?
}

extension EventStore {
    static let keyStream = "log-keys"
    /// Who does what nobody asked for.
    package static let systemActor = "system"

    /// Makes sure that this store can sign for the log: makes the first key of an empty log, and refuses to go on with
    /// a key that is not, or no longer, one of the log's. Keys that have signed begin no other log: two histories under one
    /// name, each signed, would leave nobody able to say which is the log's.
    ///
    /// `run()` must be running. `origin` names a new log; an existing one keeps its name.
    package func openLog(origin: String) async throws {
        var size = try await head().size
        if keys.isEmpty {
            guard size == 0 else {
                throw KeyStoreError(
                    .missing,
                    "The log has \(size) events, but \(keys.directory.path) holds no signing key; "
                        + "restore the keys directory from where it was kept."
                )
            }
            try keys.createFirst(origin: origin)
        }
        let key = try keys.current()
        if size == 0, !keys.areForNewLog {
            // Another replica may have opened it meanwhile.
            size = try await head().size
            guard size > 0 else {
                throw KeyStoreError(
                    .foreign,
                    "The database holds no log, but the keys in \(keys.directory.path) are those of one, \(key.origin). "
                        + "Restore it (daybook backup restore), or begin another one with another --data-dir."
                )
            }
        }
        if size == 0 {
            do {
                _ = try await append(Self.creation(of: key, expecting: .none, actor: Self.systemActor))
            } catch let error as AppendError {
                // Another replica opened the log at the same moment; what counts is whether its key is ours.
                guard case .versionConflict = error.code else { throw error }
            }
        }
        let known = try await logKeys()
        guard let entry = known.first(where: { $0.verifier == key.verifier.encoded }) else {
            throw KeyStoreError(
                .foreign,
                "The key \(key.id) in \(keys.directory.path) is not a key of this log: put this log's keys there, or name the "
                    + "database of theirs."
            )
        }
        guard entry.retiredAt == nil else {
            throw KeyStoreError(.foreign, "The key \(key.id) was retired; copy the log's current keys directory here.")
        }
        keys.logIsThere()
    }

    /// The log's keys, oldest first.
    package func logKeys() async throws -> [LogKey] {
        var keys: [LogKey] = []
        var version: Int64 = 0
        while true {
            let events = try await reader.stream(Self.keyStream, from: version)
            for event in events {
                if event.type == Log.KeyCreated.type {
                    let created = try event.decode(Log.KeyCreated.self)
                    guard let bytes = Base64.decode(created.publicKey) else { continue }
                    let verifier = try NoteVerifier(name: created.keyName, publicKey: Ed25519.PublicKey(bytes: bytes))
                    keys.append(
                        LogKey(
                            name: created.keyName,
                            id: created.keyID,
                            verifier: verifier.encoded,
                            createdAt: event.position
                        )
                    )
                } else if event.type == Log.KeyRetired.type {
                    let retired = try event.decode(Log.KeyRetired.self)
                    for index in keys.indices where keys[index].id == retired.keyID {
                        keys[index].retiredAt = event.position
                    }
                }
            }
            guard let last = events.last else { return keys }
            version = last.header.version + 1
        }
    }

    /// Refuses where this replica could sign nothing: its key is missing, open to others, or retired by another one.
    package func checkSigningKey() async throws {
        _ = try keys.current(unless: Set(try await logKeys().filter { $0.retiredAt != nil }.map(\.id)))
    }

    /// Brings in a new key under a checkpoint of the old one, then retires the old one under a checkpoint of the new.
    ///
    /// Afterwards the new key is the only one that may sign: what an earlier rotation left behind that was cut short is
    /// retired along. A running server signs with the new key from its next batch on, if it uses the same keys
    /// directory.
    ///
    /// - Throws: `KeyStoreError(.busy)` while another rotation of the same directory is under way.
    package func rotateKey(actor: String, reason: String?) async throws -> (old: LogKey, new: LogKey) {
        try await keys.withRotation {
            let old = try keys.current()
            let new = try keys.create(origin: old.origin)
            _ = try await append(Self.creation(of: new, actor: actor))
            try keys.use(new)
            let retired = try await logKeys().filter { $0.retiredAt == nil && $0.id != new.id }
            _ = try await append(Self.retirement(of: retired, for: reason, current: old, actor: actor))
            let known = try await logKeys()
            guard let oldKey = known.first(where: { $0.id == old.id }),
                let newKey = known.first(where: { $0.id == new.id })
            else { throw KeyStoreError(.foreign, "The rotation is not in the log; look at: daybook history") }
            return (oldKey, newKey)
        }
    }

    static func creation(
        of key: SigningKey,
        expecting expected: ExpectedVersion = .any,
        actor: String
    ) -> AppendRequest {
        let created = Log.KeyCreated(
            keyName: key.origin,
            keyID: key.id,
            publicKey: Base64.encode(key.verifier.publicKey.bytes)
        )
        return AppendRequest(
            streams: [StreamAppend(stream: keyStream, expected: expected, events: [NewEvent(created)])],
            actor: actor
        )
    }

    private static func retirement(
        of keys: [LogKey],
        for reason: String?,
        current: SigningKey,
        actor: String
    ) -> AppendRequest {
        let events = keys.map { key in
            let why = key.id == current.id ? reason : "Left behind by a rotation that was cut short."
            return NewEvent(Log.KeyRetired(keyName: key.name, keyID: key.id, reason: why))
        }
        return AppendRequest(streams: [StreamAppend(stream: keyStream, events: events)], actor: actor)
    }
}
