package import EventStore
import Events

extension EventStore {
    /// Has the log say that it was restored from a backup, as it does after one.
    package func sayRestored() async throws {
        let restored = Events.Backups.Restored(
            backupID: "b",
            manifestDigest: String(repeating: "0", count: 64),
            size: 1,
            root: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            certificateDigest: String(repeating: "0", count: 64)
        )
        _ = try await append(
            AppendRequest(
                streams: [StreamAppend(stream: "backups", events: [NewEvent(restored)])],
                actor: "operator"
            )
        )
    }
}
