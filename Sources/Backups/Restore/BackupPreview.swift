package import Events
package import JSON
import MerkleLog
package import Time

/// What is in a backup, and what would be missing if the log were restored from it.
package struct BackupPreview: Sendable, Hashable {
    /// The backup.
    package var backupID: String
    /// All that it takes, the full one first.
    package var chain: [String]
    /// The log's name.
    package var origin: String
    /// How many events it leads up to.
    package var size: Int64
    /// When the first was recorded.
    package var firstRecordedAt: Timestamp?
    /// When the last was recorded.
    package var lastRecordedAt: Timestamp?
    /// How many events there are of each type, those of the backups it rests on included.
    package var types: [EventType: Int64]
    /// How many people were registered.
    package var people: Int64 { types[Identity.UserRegistered.type] ?? 0 }
    /// How many branches were opened.
    package var branches: Int64 { types[Institution.BranchOpened.type] ?? 0 }
    /// How long all files are.
    package var bytes: Int64
    /// The events that the log has and the backup lacks, by type.
    package var newer: [EventType: Int64]

    /// Writes it as the members of a JSON object.
    package func write(to json: inout JSONWriter) {
        json.member("backupId", backupID)
        json.member("rests", chain)
        json.member("origin", origin)
        json.member("size", size)
        if let firstRecordedAt { json.member("firstRecordedAt", firstRecordedAt) }
        if let lastRecordedAt { json.member("lastRecordedAt", lastRecordedAt) }
        json.member("people", people)
        json.member("branches", branches)
        json.member("bytes", bytes)
        for (name, counts) in [("types", types), ("newer", newer)] {
            json.member(
                name,
                object: { json in
                    for (type, count) in counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                        json.member(type.rawValue, count)
                    }
                }
            )
        }
    }
}

extension BackupService {
    /// What is in a backup, by its manifests, and what restoring the log from it would lose. The plan's previewBackup.
    ///
    /// Reads the manifest of each backup that it rests on: to be asked for, and not for every page. Asked several times at once,
    /// they are read once.
    package func preview(_ id: String) async throws -> BackupPreview {
        let record = try await backup(id)
        let storage = try storage(holding: record)
        var preview = try await previews.value(of: id) { [store] in
            try await BackupPreview(id, in: storage, verifiers: store.keys.verifiers())
        }
        preview.newer = try await history.newer(from: preview.size)
        return preview
    }
}

extension BackupPreview {
    /// What the manifests say.
    fileprivate init(_ id: String, in storage: any BackupStorage, verifiers: [NoteVerifier]) async throws {
        let chain = try await BackupChain(id, in: storage, keys: nil, verifiers: verifiers)
        let manifest = chain.newest.manifest
        self.init(
            backupID: id,
            chain: chain.links.map(\.manifest.backupID),
            origin: chain.origin,
            size: manifest.size,
            firstRecordedAt: chain.links.first?.manifest.firstRecordedAt,
            lastRecordedAt: manifest.lastRecordedAt ?? chain.links.compactMap(\.manifest.lastRecordedAt).last,
            types: chain.links.reduce(into: [:]) { $0.merge($1.manifest.types, uniquingKeysWith: +) },
            bytes: chain.links.reduce(0) { $0 + $1.manifest.bytes },
            newer: [:]
        )
    }
}
