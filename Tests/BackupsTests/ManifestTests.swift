import App
import EventStore
import Testing

@testable import Backups

@Suite struct ManifestTests {
    @Test func aManifestIsReadHoweverManyFilesItNames() async throws {
        try await BackupPlace.open { place in
            var manifest = try await place.service.createFullBackup(by: BackupPlace.author).manifest
            manifest.size = 10_000
            manifest.segments = (0..<manifest.size).map { position in
                BackupManifest.Segment(
                    file: BackupManifest.File(
                        name: "events-\(position).seg",
                        digest: String(repeating: "0", count: 64),
                        bytes: 1,
                        rawBytes: 1
                    ),
                    from: position,
                    below: position + 1
                )
            }
            let keys = place.system.store.keys
            let note = Array(try keys.signedNote(manifest.text).utf8)
            #expect(note.count > 1_000_000)
            let read = try BackupManifest(note: note, verifiers: keys.verifiers())
            #expect(read.segments == manifest.segments)
        }
    }

    @Test func whatNobodyCouldReadAgainIsNotMade() async throws {
        try await BackupPlace.open { place in
            let service = try place.service(productVersion: String(repeating: "1", count: 501))
            let error = await #expect(throws: BackupError.self) {
                try await service.createFullBackup(by: BackupPlace.author)
            }
            #expect(error?.message.contains("Nobody could read") == true)
            #expect(try await place.storage.backups().isEmpty)
            #expect(try await service.backups().map(\.state) == [.failed])
        }
    }
}
