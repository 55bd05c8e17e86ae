import EventStore
import TestSupport
import Testing

@testable import Backups

@Suite struct CancelTests {
    @Test func whatAnotherServerMakesIsStoppedThroughTheLog() async throws {
        try await BackupPlace.open { place in
            let slow = WatchedStorage(inner: place.storage) { _, _ in
                try await Task.sleep(for: .seconds(600))
                return []
            }
            let other = try place.service(storages: [slow])
            let id = try await other.start(BackupOrder(.full), by: BackupPlace.author)
            try await place.service.cancel(id, by: BackupPlace.author)
            while other.progress(of: id) != nil { try await Task.sleep(for: .milliseconds(20)) }
            #expect(try await place.service.backup(id).state == .cancelled)
            // Nobody holds it any more, and there is nothing to stop.
            #expect(try await place.storage.claim(id) != nil)
            await #expect(throws: BackupError.self) { try await place.service.cancel(id, by: BackupPlace.author) }
        }
    }
}
