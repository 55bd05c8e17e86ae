package import EventStore
import Events
import OpenSSL

extension BackupService {
    /// Records, in a log that was restored, that it was, and takes out again what was taken out after the point to which it
    /// was restored.
    package func recordRestore(_ outcome: BackupRestorer.Outcome, by author: Author) async throws {
        let (certificate, note) = (outcome.certificate, outcome.note)
        try await append(
            Events.Backups.Restored(
                backupID: certificate.backupID,
                manifestDigest: certificate.manifestDigest,
                size: certificate.size,
                root: certificate.root,
                backupSize: certificate.backupSize,
                knownSize: certificate.knownSize,
                cleaned: certificate.cleaned,
                certificateDigest: SHA256.hash(Array(note.utf8)).hex
            ),
            by: author
        )
        for person in outcome.removals.erased {
            _ = try await store.erasePersonal(
                of: person,
                reason: "Was erased after the moment that was restored.",
                actor: author.id
            )
        }
        for release in outcome.removals.released where release.fromPosition < certificate.size {
            var release = release
            release.toPosition = min(release.toPosition, certificate.size - 1)
            try await append(release, by: author)
        }
    }
}
