import App
import Foundation
import MerkleLog
import OpenSSL
import Postgres
import TestSupport
import Testing

@testable import Backups
@testable import EventStore

/// Whoever can write to the repository, and has no key, gets nothing of theirs restored.
@Suite struct ForgedBackupTests {
    /// Puts a backup of an invented, longer log of the same name into the repository, with the keys that signed it.
    private static func forge(in place: BackupPlace) async throws -> String {
        let origin = try #require(try place.system.store.keys.verifiers().first?.name)
        return try await PostgresFixture.withFurtherDatabase { url in
            try await BackupPlace.withDirectory { directory in
                try KeyStore(directory: URL(fileURLWithPath: "\(directory)/keys")).createFirst(origin: origin)
                let configuration = try DaybookConfiguration(
                    flags: [.dataDirectory: directory, .port: "0"],
                    environment: [
                        "DATABASE_URL": url, "DAYBOOK_BACKUP_REPOSITORIES": "main=\(place.repository)",
                        "DAYBOOK_BACKUP_PLAIN": "on",
                    ]
                )
                return try await DaybookSystem.withRunning(
                    configuration,
                    logger: LogFixture.quiet,
                    administrator: .withoutToken
                ) { system, _ in
                    let forger = BackupPlace(
                        system: system,
                        url: url,
                        directory: directory,
                        repository: place.repository,
                        environment: [:]
                    )
                    try await forger.register((0..<20).map { "mallory\($0)" })
                    var manifest = try await system.backups.createFullBackup(by: BackupPlace.author).manifest
                    let keys = try system.store.keys.exported()
                    let file = try SegmentFile.encode(keys, name: "keys.seg", backupID: manifest.backupID, nil)
                    try forger.write(file, manifest.backupID, "keys.seg")
                    manifest.signingKeys = BackupManifest.File(
                        name: "keys.seg",
                        digest: SHA256.hash(file).hex,
                        bytes: Int64(file.count),
                        rawBytes: Int64(keys.count)
                    )
                    let note = try system.store.keys.signedNote(manifest.text)
                    try forger.write(Array(note.utf8), manifest.backupID, BackupManifest.fileName)
                    return manifest.backupID
                }
            }
        }
    }

    @Test func aBackupOfSomebodyElsesKeysIsNeitherChosenNorTaken() async throws {
        try await BackupPlace.open { place in
            let order = BackupOrder(.full, escrowsKeys: true)
            let made = try await place.service.create(order, by: BackupPlace.author).manifest
            let forged = try await Self.forge(in: place)
            // With the log's keys, and with nothing but the key of the backups; also where plain ones are allowed.
            for (wish, plain) in [(place.wish, "off"), (BackupRestorationWish(), "off"), (place.wish, "on")] {
                try await place.restoring(environment: ["DAYBOOK_BACKUP_PLAIN": plain]) {
                    (restoration, _, _) async throws -> Void in
                    var named = wish
                    named.backupID = forged
                    await #expect(throws: BackupError.self) { try await restoration.run(named) }
                    let outcome = try await restoration.run(wish)
                    #expect(outcome.certificate.backupID == made.backupID)
                    #expect(outcome.keysFromBackup.isEmpty == (wish.keysDirectory != nil))
                }
            }
        }
    }

    @Test func aManifestThatSaysItIsTheNewestKeepsNobodyFromTheOneThatIs() async throws {
        try await BackupPlace.open { place in
            let order = BackupOrder(.full, escrowsKeys: true)
            let made = try await place.service.create(order, by: BackupPlace.author).manifest
            let stranger = try NoteSigner(name: made.origin, privateKey: Ed25519.PrivateKey())
            var forged: [String] = []
            for locks in [true, false] {
                var manifest = made
                manifest.backupID = "20991231-235959-0000000\(forged.count)"
                manifest.size += 1_000
                manifest.segments[manifest.segments.count - 1].below += 1_000
                // Nobody has the key that it names, or it is one of ours that was put into another manifest.
                if !locks { manifest.lock?.keyID = "0123456789abcdef" }
                let folder = "\(place.repository)/\(manifest.backupID)"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                let note = try SignedNote(signing: manifest.text, with: [stranger]).encoded
                try place.write(Array(note.utf8), manifest.backupID, BackupManifest.fileName)
                forged.append(manifest.backupID)
            }
            let ids = forged
            try await place.restoring { (restoration, _, _) async throws -> Void in
                let outcome = try await restoration.run(.init())
                #expect(outcome.certificate.backupID == made.backupID)
                #expect(outcome.leftOut.count == 2)
                #expect(ids.allSatisfy { id in outcome.leftOut.contains { $0.hasPrefix(id) } })
            }
        }
    }

    @Test func ofTwoHistoriesNoneIsChosen() async throws {
        try await BackupPlace.open { place in
            let made = try await place.service.createFullBackup(by: BackupPlace.author).manifest
            // A copy for a trial goes on beside it, with the same repository.
            let fork = try await place.restored(.init()) { system, _ in
                try await system.backups.createFullBackup(description: "trial", by: BackupPlace.author).manifest
            }
            try await place.register((0..<5).map { "a\($0)" })
            let newest = try await place.service.createFullBackup(by: BackupPlace.author).manifest
            #expect(fork.size > made.size && newest.size > fork.size)
            try await place.restoring { (restoration, configuration, url) async throws -> Void in
                let error = await #expect(throws: BackupError.self) { try await restoration.run(place.wish) }
                #expect(error?.kind == .conflict && error?.message.contains(fork.backupID) == true)
                #expect(try await Psql.run("select size from log.head", on: url) == "0")
                var wish = place.wish
                wish.backupID = newest.backupID
                #expect(try await restoration.run(wish).certificate.size == newest.size)
            }
        }
    }

    @Test func aPlainBackupIsRestoredOnlyWherePlainOnesAreMade() async throws {
        try await BackupPlace.open(key: false) { place in
            _ = try await place.service.createFullBackup(by: BackupPlace.author)
            try await place.restoring(environment: ["DAYBOOK_BACKUP_PLAIN": "off"]) {
                (restoration, _, url) async throws -> Void in
                await #expect(throws: BackupError.self) { try await restoration.run(place.wish) }
                #expect(try await Psql.run("select to_regclass('log.head') is null", on: url) == "t")
            }
            try await place.restoring { restoration, _, _ in _ = try await restoration.run(place.wish) }
        }
    }

    @Test func checkpointsThatNobodyOfTheLogSignedSayNothing() async throws {
        try await BackupPlace.open { place in
            let made = try await place.service.createFullBackup(by: BackupPlace.author).manifest
            let genuine = try SignedNote(parsing: made.checkpoint)
            let text = try Checkpoint(
                origin: made.origin,
                size: made.size + 1_000,
                root: Checkpoint(text: genuine.text).root
            ).text
            let stranger = try NoteSigner(name: made.origin, privateKey: Ed25519.PrivateKey())
            let other = try Checkpoint(origin: "example.org/other", size: 9, root: Checkpoint(text: genuine.text).root)
            try await place.restoring { (restoration, _, url) async throws -> Void in
                for forged in [
                    try SignedNote(signing: text, with: [stranger]),
                    // Another log's checkpoint that this log's key signs.
                    try SignedNote(parsing: place.system.store.keys.signedNote(other.text)),
                ] {
                    var wish = place.wish
                    wish.known = [forged]
                    let error = await #expect(throws: BackupError.self) { try await restoration.run(wish) }
                    #expect(error?.kind == .invalid)
                }
                #expect(try await Psql.run("select to_regclass('log.head') is null", on: url) == "t")
            }
        }
    }

    @Test func aCheckpointThatIsNotSignedGetsIntoNoBackup() async throws {
        try await BackupPlace.open { place in
            let made = try await place.service.createFullBackup(by: BackupPlace.author).manifest
            // The manifest is signed again, with the key itself; its checkpoint by a stranger.
            let stranger = try NoteSigner(name: made.origin, privateKey: Ed25519.PrivateKey())
            var forged = made
            forged.checkpoint = try SignedNote(
                signing: SignedNote(parsing: made.checkpoint).text,
                with: [stranger]
            ).encoded
            let note = Array(try place.system.store.keys.signedNote(forged.text).utf8)
            try place.write(note, made.backupID, BackupManifest.fileName)
            let report = try await place.service.verify(made.backupID, .full, by: BackupPlace.author)
            #expect(report.findings.contains { $0.message.contains("checkpoint in the manifest") })
            try await place.restoring { (restoration, _, _) async throws -> Void in
                var wish = place.wish
                wish.backupID = made.backupID
                await #expect(throws: BackupError.self) { try await restoration.run(wish) }
            }
            // And the log's own, altered in the database.
            _ = try await Psql.run(
                """
                set session_replication_role = replica;
                update log.checkpoints set note = left(note, -12) || 'AAAAAAAAAA=' || chr(10)
                """,
                on: place.url
            )
            let error = await #expect(throws: BackupError.self) {
                try await place.service.createFullBackup(by: BackupPlace.author)
            }
            #expect(error?.kind == .damaged)
        }
    }
}
