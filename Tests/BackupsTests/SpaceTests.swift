import Files
import Foundation
import TestSupport
import Testing

@testable import App
@testable import Backups

/// What there is no space for is refused before anything is touched.
@Suite struct SpaceTests {
    @Test func aBackupIsRefusedWhereThereIsNoSpaceForIt() async throws {
        try await BackupPlace.open { place in
            let first = try await place.service.createFullBackup(by: BackupPlace.author).manifest
            let needed = first.bytes / 2 + BackupService.leastSpace
            var storage = place.storage
            storage.freeSpace = { _ in needed - 1 }
            let tight = try place.service(storages: [storage])
            let refused = await #expect(throws: BackupError.self) {
                try await tight.createFullBackup(by: BackupPlace.author)
            }
            #expect(refused?.kind == .noSpace)
            // What is needed, and what there is.
            #expect(refused?.message.contains(" \(needed) ") == true)
            #expect(refused?.message.contains(" \(needed - 1) ") == true)
            #expect(try await place.service.backups().map(\.backupID) == [first.backupID])
            #expect(try await place.storage.backups().map(\.backupID) == [first.backupID])
            // What came since is little.
            _ = try await tight.createIncrementalBackup(by: BackupPlace.author)
            storage.freeSpace = { _ in BackupService.leastSpace - 1 }
            let full = try place.service(storages: [storage])
            let increment = await #expect(throws: BackupError.self) {
                try await full.createIncrementalBackup(by: BackupPlace.author)
            }
            #expect(increment?.kind == .noSpace)
            // Where nobody can say how much there is, nothing is refused.
            storage.freeSpace = { _ in nil }
            _ = try await place.service(storages: [storage]).createFullBackup(by: BackupPlace.author)
        }
    }

    @Test func aCopyIsRefusedWhereThereIsNoSpaceForWhatIsNotThere() async throws {
        try await BackupPlace.open { place in
            let made = try await place.service.createFullBackup(by: BackupPlace.author).manifest
            let path = "\(place.directory)/offsite"
            var offsite = DirectoryStorage(name: "offsite", path: path)
            offsite.freeSpace = { _ in made.bytes - 1 }
            let tight = try place.service(storages: [place.storage, offsite])
            let refused = await #expect(throws: BackupError.self) {
                try await tight.copy(made.backupID, to: "offsite", by: BackupPlace.author)
            }
            #expect(refused?.kind == .noSpace)
            #expect(try await offsite.files(of: made.backupID).isEmpty)
            offsite.freeSpace = { _ in made.bytes }
            let enough = try place.service(storages: [place.storage, offsite])
            _ = try await enough.copy(made.backupID, to: "offsite", by: BackupPlace.author)
        }
    }

    @Test func aRestoreIsRefusedWhereThereIsNoSpaceForTheLog() async throws {
        try await BackupPlace.open { place in
            let made = try await place.service.createFullBackup(by: BackupPlace.author).manifest
            try await place.restoring(without: ["DATABASE_URL"]) {
                (restoration, configuration, _) async throws -> Void in
                var tight = restoration
                tight.freeSpace = { _ in made.rawBytes }
                let tried = tight
                let refused = await #expect(throws: BackupError.self) { try await tried.run(place.wish) }
                #expect(refused?.kind == .noSpace)
                #expect(refused?.message.contains(configuration.dataDirectory) == true)
                let left = try FileManager.default.contentsOfDirectory(atPath: configuration.dataDirectory)
                // Held while it was looked at, and empty.
                #expect(left == ["serve.lock"])
            }
        }
    }

    @Test func freeSpaceIsThatOfTheNearestFolderThatIsThere() async throws {
        try await BackupPlace.withDirectory { directory in
            for path in [directory, "\(directory)/not/there/yet"] {
                let free = try #require(FreeSpace.bytes(at: path))
                #expect(free > 0)
            }
        }
    }
}
