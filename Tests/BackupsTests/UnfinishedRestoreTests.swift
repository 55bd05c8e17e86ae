import App
import Foundation
import Postgres
import TestSupport
import Testing

@testable import Backups
@testable import EventStore

/// A restore that was broken off, beside others, or that fails.
@Suite struct UnfinishedRestoreTests {
    /// Makes a place where the certificate cannot be written: the restore fails once the log is there.
    private static func block(_ configuration: DaybookConfiguration, _ id: String) throws -> String {
        let path = "\(configuration.dataDirectory)/restore-certificate-\(id).note"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    private static func start(_ configuration: DaybookConfiguration) async throws {
        try await DaybookSystem.withRunning(
            configuration,
            logger: LogFixture.quiet,
            administrator: .withoutToken
        ) { _, _ in }
    }

    @Test func nothingStartsUntilTheRestoreIsFinished() async throws {
        try await BackupPlace.open { place in
            let made = try await place.service.createFullBackup(by: BackupPlace.author).manifest
            try await place.restoring { (restoration, configuration, url) async throws -> Void in
                let path = try Self.block(configuration, made.backupID)
                await #expect(throws: (any Error).self) { try await restoration.run(place.wish) }
                #expect(try await Psql.run("select size from log.head", on: url) == "\(made.size)")
                let error = await #expect(throws: BackupError.self) { try await Self.start(configuration) }
                #expect(error?.kind == .conflict)
                try FileManager.default.removeItem(atPath: path)
                _ = try await restoration.run(place.wish)
                try await Self.start(configuration)
            }
        }
    }

    @Test func aLogThatWentOnIsNeverDropped() async throws {
        try await BackupPlace.open { place in
            let made = try await place.service.createFullBackup(by: BackupPlace.author).manifest
            try await place.restoring { (restoration, configuration, url) async throws -> Void in
                _ = try Self.block(configuration, made.backupID)
                await #expect(throws: (any Error).self) { try await restoration.run(place.wish) }
                // Somebody's program serves all the same.
                _ = try await Psql.run(
                    """
                    set session_replication_role = replica;
                    insert into log.events
                    select (jsonb_populate_record(e, jsonb_build_object(
                        'position', size, 'stream', 'x', 'version', 0, 'id', gen_random_uuid(), 'actor', 'ada'))).*
                    from log.events as e, log.head where e.position = 0;
                    update log.head set size = size + 1
                    """,
                    on: url
                )
                let error = await #expect(throws: BackupError.self) { try await restoration.run(place.wish) }
                #expect(error?.kind == .conflict)
                #expect(try await Psql.run("select size from log.head", on: url) == "\(made.size + 1)")
            }
        }
    }

    @Test func oneRestoreAtATimeIntoADatabase() async throws {
        try await BackupPlace.open { place in
            _ = try await place.service.createFullBackup(by: BackupPlace.author)
            try await place.restoring { (restoration, _, url) async throws -> Void in
                let connection = try await PostgresConnection.connect(
                    PostgresConfiguration(url: url),
                    logger: LogFixture.quiet
                )
                #expect(try await RestoreMark.lock(connection))
                let error = await #expect(throws: BackupError.self) { try await restoration.run(place.wish) }
                #expect(error?.kind == .conflict)
                await connection.close()
                _ = try await restoration.run(place.wish)
            }
        }
    }

    @Test func afterARotationOlderBackupsAreRestoredAndTheRetiredKeyIsRetiredAgain() async throws {
        try await BackupPlace.open { place in
            try await place.register(["ada"])
            let made = try await place.service.createFullBackup(by: BackupPlace.author).manifest
            let (old, new) = try await place.system.store.rotateKey(actor: "operator", reason: "lost")
            try await place.restored(BackupRestorationWish()) { (system, outcome) async throws -> Void in
                #expect(outcome.certificate.size == made.size)
                let keys = try await system.store.logKeys()
                #expect(keys.first { $0.id == old.id }?.retiredAt != nil)
                let valid = keys.filter { $0.retiredAt == nil }.map(\.id)
                #expect(valid.count == 1 && valid != [old.id] && valid != [new.id])
                #expect(try system.store.keys.usedKeyID() == valid.first)
                #expect(try await system.findings().isEmpty)
                _ = try await system.backups.createFullBackup(by: BackupPlace.author)
            }
        }
    }

    @Test func whatMadeRoomIsPutBackAndWrongWishesMoveNothing() async throws {
        try await BackupPlace.open { place in
            let made = try await place.service.createFullBackup(by: BackupPlace.author).manifest
            try await BackupPlace.withDirectory { parent in
                let directory = "\(parent)/data"
                let configuration = try DaybookConfiguration(
                    flags: [.dataDirectory: directory, .port: "0"],
                    environment: place.environment.filter { $0.key != "DATABASE_URL" }
                )
                let restoration = BackupRestoration(configuration, repository: nil, logger: LogFixture.quiet)
                // Keys that are another log's are not left behind.
                let strangers = KeyStore(directory: URL(fileURLWithPath: "\(parent)/strangers"))
                try strangers.adopt(Array(try SigningKeyFixture.encoded("example.org/other").utf8))
                var wrong = place.wish
                wrong.keysDirectory = strangers.directory.path
                await #expect(throws: BackupError.self) { try await restoration.run(wrong) }
                #expect(!FileManager.default.fileExists(atPath: "\(directory)/keys"))

                _ = try await restoration.run(place.wish)
                let before = try FileManager.default.attributesOfItem(atPath: "\(directory)/postgres")[
                    .systemFileNumber
                ]
                var again = place.wish
                again.replacing = made.origin
                var early = again
                early.point = .size(made.size + 1)
                await #expect(throws: BackupError.self) { try await restoration.run(early) }
                // Fails when the log is there already.
                let certificate = "\(directory)/restore-certificate-\(made.backupID).note"
                try FileManager.default.removeItem(atPath: certificate)
                _ = try Self.block(configuration, made.backupID)
                await #expect(throws: (any Error).self) { try await restoration.run(again) }
                let after = try FileManager.default.attributesOfItem(atPath: "\(directory)/postgres")[.systemFileNumber]
                #expect(before as? UInt64 == after as? UInt64)
                #expect(
                    try !FileManager.default.contentsOfDirectory(atPath: directory).contains {
                        $0.contains("before-restore")
                    }
                )
                try await Self.start(configuration)
            }
        }
    }
}

/// Keys of logs that are not there.
private enum SigningKeyFixture {
    static func encoded(_ origin: String) throws -> String {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("keys-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let store = KeyStore(directory: directory)
        try store.createFirst(origin: origin)
        return String(decoding: try store.exported(), as: UTF8.self)
    }
}
