import App
import EventStore
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Backups

/// What others put into a repository, or what it does with what it is given.
@Suite struct HostileRepositoryTests {
    @Test(arguments: ["pipe", "link", "device", "long"])
    func whatIsNoFileIsNeitherWaitedForNorRead(what: String) async throws {
        try await BackupPlace.open { place in
            let made = try await place.service.createFullBackup(by: BackupPlace.author).manifest
            func put(_ path: String) throws {
                let aside = "\(place.directory)/aside"
                try? FileManager.default.removeItem(atPath: aside)
                try FileManager.default.moveItem(atPath: path, toPath: aside)
                switch what {
                case "pipe": #expect(mkfifo(path, 0o600) == 0)
                case "link":
                    // Also where it leads to what should be there.
                    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: aside)
                case "device":
                    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/zero")
                default:
                    // Takes no room, and would take all memory.
                    #expect(FileManager.default.createFile(atPath: path, contents: nil))
                    #expect(truncate(path, 1 << 40) == 0)
                }
            }
            let folder = "\(place.repository)/99991231-235959-ffffffff"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try place.write([1], "99991231-235959-ffffffff", BackupManifest.fileName)
            try put("\(folder)/\(BackupManifest.fileName)")
            let (outlines, unreadable) = try await place.storage.outlines(verifiers: nil)
            #expect(outlines.map(\.backupID) == [made.backupID] && unreadable.count == 1)
            await place.service.tidy()
            try await place.restored(.init()) { (_, outcome) async throws -> Void in
                #expect(outcome.certificate.backupID == made.backupID && outcome.leftOut.count == 1)
            }
            try put("\(place.repository)/\(made.backupID)/events-000000000000.seg")
            for depth in BackupReport.Depth.allCases {
                let report = try await place.service.verify(made.backupID, depth, by: BackupPlace.author)
                #expect(report.findings.first?.file == "events-000000000000.seg")
            }
        }
    }

    @Test(arguments: ["bytes", "rawBytes", "signingKeys", "types"])
    func aManifestThatSaysTooMuchTakesNoMemory(what: String) async throws {
        try await BackupPlace.open { place in
            let order = BackupOrder(.full, escrowsKeys: true)
            var manifest = try await place.service.create(order, by: BackupPlace.author).manifest
            let id = manifest.backupID
            switch what {
            case "bytes": manifest.segments[0].file.bytes = .max
            case "rawBytes": manifest.segments[0].file.rawBytes = 1 << 30
            case "signingKeys": manifest.signingKeys?.rawBytes = 2 << 20
            default: manifest.types = manifest.types.mapValues { _ in .max }
            }
            // Whoever signed it.
            let note = Array(try place.system.store.keys.signedNote(manifest.text).utf8)
            try place.write(note, id, BackupManifest.fileName)
            let (outlines, unreadable) = try await place.storage.outlines(verifiers: nil)
            #expect(outlines.isEmpty)
            #expect(unreadable.count == 1)
            let error = await #expect(throws: BackupError.self) {
                _ = try await BackupReader(id, in: place.storage, keys: nil, verifiers: nil)
            }
            #expect(error?.kind == .damaged)
        }
    }

    @Test func aManifestThatWasPutInThePlaceOfAnotherIsNoticed() async throws {
        try await BackupPlace.open { place in
            var older = try await place.service.createFullBackup(by: BackupPlace.author).manifest
            let newer = try await place.service.createFullBackup(by: BackupPlace.author).manifest
            func verify(_ id: String) async throws -> BackupReport {
                let keys = try place.keys
                return try await BackupService.verify(id, .quick, in: place.storage, keys: keys, verifiers: nil)
            }
            let before = try await verify(newer.backupID)
            #expect(before.isSound)
            #expect(before.warnings.isEmpty)
            // A good signature, and not the one that was made.
            older.summary = "Another one."
            let note = Array(try place.system.store.keys.signedNote(older.text).utf8)
            try place.write(note, older.backupID, BackupManifest.fileName)
            let alone = try await verify(older.backupID)
            #expect(alone.isSound)
            let report = try await verify(newer.backupID)
            #expect(report.isSound)
            let found = report.others
            #expect(found.map(\.backupID) == [older.backupID])
            #expect(found.map(\.file) == [BackupManifest.fileName])
            // A restore of the other one says so, whether it was named or not.
            let (named, replaced) = (newer.backupID, older.backupID)
            for id in [nil, named] {
                try await place.restoring { (restoration, _, _) async throws -> Void in
                    var wish = place.wish
                    wish.backupID = id
                    let wanted = wish
                    let outcome = try await restoration.run(wanted)
                    #expect(outcome.certificate.backupID == named)
                    #expect(outcome.replaced.count == 1)
                    #expect(outcome.replaced.allSatisfy { $0.contains(replaced) })
                }
            }
            // One that was removed, as a rule of retention does, is worth a word.
            try FileManager.default.removeItem(atPath: "\(place.repository)/\(replaced)")
            let after = try await verify(named)
            #expect(after.isSound)
            #expect(after.warnings.map(\.backupID) == [replaced])
        }
    }

    @Test func aNameWithALineBreakIsFoundAndRecorded() async throws {
        try await BackupPlace.open { place in
            let id = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            try place.write([1], id, "a\nb\u{202e}c")
            let report = try await place.service.verify(id, .quick, by: BackupPlace.author)
            #expect(report.findings.map(\.file) == ["a\\u{a}b\\u{202e}c"])
            let record = try await place.service.backup(id)
            #expect(record.isSound == false && record.firstFinding == report.findings.first?.message)
        }
    }

    @Test func aCopyThatDoesNotArriveAsItWasSentIsNone() async throws {
        try await BackupPlace.open { place in
            let id = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            let offsite = try place.service.repository("offsite")
            let altering = WatchedStorage(inner: offsite) { file, bytes in
                guard file.hasPrefix("events-") else { return bytes }
                var altered = bytes
                altered[bytes.count / 2] ^= 1
                return altered
            }
            let service = try place.service(storages: [place.storage, altering])
            let error = await #expect(throws: BackupError.self) {
                try await service.copy(id, to: "offsite", by: BackupPlace.author)
            }
            #expect(error?.kind == .damaged)
            #expect(try await offsite.backups().allSatisfy { !$0.isFinished })
            let record = try await place.service.backup(id)
            #expect(record.places == ["main"])
            // Whoever was not there hears of it from the log.
            #expect(record.copyFailure?.repository == "offsite" && record.copyFailure?.reason == error?.message)
            _ = try await place.service.copy(id, to: "offsite", by: BackupPlace.author)
            #expect(try await place.service.backup(id).copyFailure == nil)
            #expect(try await place.service.verify(id, .full, in: "offsite", by: BackupPlace.author).isSound)
        }
    }

    @Test func whatCanOnlyBeReadIsDownloaded() async throws {
        try await BackupPlace.open { place in
            let made = try await place.service.createFullBackup(by: BackupPlace.author).manifest
            let readOnly = WatchedStorage(
                inner: place.storage,
                onHold: { _ in throw BackupError(.inaccessible, "It cannot be written.") }
            )
            let files = Mutex<[String]>([])
            try await place.service(storages: [readOnly]).download(made.backupID, by: BackupPlace.author) { name, _ in
                files.withLock { $0.append(name) }
            }
            #expect(files.withLock { $0 } == made.files.map(\.name) + [BackupManifest.fileName])
        }
    }
}
