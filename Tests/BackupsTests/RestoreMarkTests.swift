import Backups
import EventStore
import Foundation
import Postgres
import TestSupport
import Testing

@testable import App

/// A restore that was killed where neither the old log nor the new one is in its place.
@Suite struct RestoreMarkTests {
    private static func start(_ configuration: DaybookConfiguration) async throws {
        try await DaybookSystem.withRunning(
            configuration,
            logger: LogFixture.quiet,
            administrator: .withoutToken
        ) { _, _ in }
    }

    private static func configuration(
        _ place: BackupPlace,
        _ directory: String,
        binaries: String? = nil
    ) throws -> DaybookConfiguration {
        var environment = place.environment.filter { $0.key != "DATABASE_URL" }
        environment["DAYBOOK_POSTGRES_BIN"] = binaries
        return try DaybookConfiguration(flags: [.dataDirectory: directory, .port: "0"], environment: environment)
    }

    private static func restoration(_ configuration: DaybookConfiguration) -> BackupRestoration {
        BackupRestoration(configuration, repository: nil, logger: LogFixture.quiet)
    }

    @Test func nothingStartsBetweenTheKeysAndTheLog() async throws {
        try await BackupPlace.open { place in
            let made = try await place.service.createFullBackup(by: BackupPlace.author).manifest
            try await BackupPlace.withDirectory { directory in
                // The keys are there; then there are no programs to make a database with.
                let broken = try Self.configuration(place, directory, binaries: "\(directory)/nowhere")
                await #expect(throws: (any Error).self) { try await Self.restoration(broken).run(place.wish) }
                #expect(FileManager.default.fileExists(atPath: "\(directory)/keys/current"))
                let configuration = try Self.configuration(place, directory)
                let error = await #expect(throws: BackupError.self) { try await Self.start(configuration) }
                #expect(error?.kind == .conflict)
                #expect(!FileManager.default.fileExists(atPath: "\(directory)/postgres"))

                let outcome = try await Self.restoration(configuration).run(place.wish)
                #expect(outcome.certificate.size == made.size)
                #expect(!DirectoryMark.isThere(configuration))
                try await Self.start(configuration)
            }
        }
    }

    @Test func aRestoreThatWasKilledWhileALogMadeRoomIsGoneOnWithAndPutsBackTheSame() async throws {
        try await BackupPlace.open { place in
            let made = try await place.service.createFullBackup(by: BackupPlace.author).manifest
            try await BackupPlace.withDirectory { directory in
                let configuration = try Self.configuration(place, directory)
                _ = try await Self.restoration(configuration).run(place.wish)
                let (cluster, aside) = ("\(directory)/postgres", "\(directory)/postgres.before-restore-1")
                func file(_ path: String) throws -> UInt64? {
                    try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? UInt64
                }
                let before = try file(cluster)
                let keyID = try KeyStore(directory: URL(fileURLWithPath: "\(directory)/keys")).usedKeyID()
                func kill(moved: Bool) throws {
                    try DirectoryMark(movedAside: aside, keyID: keyID).write(configuration)
                    if moved { try FileManager.default.moveItem(atPath: cluster, toPath: aside) }
                }
                var wish = place.wish
                wish.replacing = made.origin
                // It fails when it is run again: what had made room is put back.
                try kill(moved: true)
                await #expect(throws: BackupError.self) { try await Self.start(configuration) }
                let certificate = "\(directory)/restore-certificate-\(made.backupID).note"
                try FileManager.default.removeItem(atPath: certificate)
                try FileManager.default.createDirectory(atPath: certificate, withIntermediateDirectories: true)
                await #expect(throws: (any Error).self) { try await Self.restoration(configuration).run(wish) }
                #expect(try file(cluster) == before)
                try await Self.start(configuration)
                try FileManager.default.removeItem(atPath: certificate)
                // It goes on: what had made room is where it was.
                try kill(moved: true)
                let outcome = try await Self.restoration(configuration).run(wish)
                #expect(outcome.movedAside == aside)
                #expect(try file(aside) == before)
                try await Self.start(configuration)
                // Killed before anything was moved; then nobody wants to restore any more.
                try kill(moved: false)
                await #expect(throws: BackupError.self) { try await Self.start(configuration) }
                await #expect(throws: BackupError.self) { try await Self.restoration(configuration).run(place.wish) }
                try await Self.start(configuration)
            }
        }
    }

    @Test func aMarkBesideALogThatIsNotTheRestoresIsTakenAwayByTheRestoreThatIsRefused() async throws {
        try await BackupPlace.open { place in
            _ = try await place.service.createFullBackup(by: BackupPlace.author)
            try await place.restoring { (restoration, configuration, url) async throws -> Void in
                try await Self.start(configuration)
                try await Psql.run(
                    """
                    create schema daybook_restore; create table daybook_restore.under_way ();
                    create table daybook_restore.loaded (size bigint not null)
                    """,
                    on: url
                )
                await #expect(throws: BackupError.self) { try await Self.start(configuration) }
                // The backup is another log's than the one here.
                try FileManager.default.removeItem(atPath: "\(configuration.dataDirectory)/keys")
                await #expect(throws: BackupError.self) { try await restoration.run(place.wish) }
                #expect(try await Psql.run("select to_regnamespace('daybook_restore') is null", on: url) == "t")
            }
        }
    }

    @Test func noLogIsOpenedWhereARestoreIsAboutToBegin() async throws {
        try await BackupPlace.open { place in
            _ = try await place.service.createFullBackup(by: BackupPlace.author)
            try await place.restoring { (_, configuration, url) async throws -> Void in
                let connection = try await PostgresConnection.connect(
                    PostgresConfiguration(url: url),
                    logger: LogFixture.quiet
                )
                #expect(try await RestoreMark.lock(connection))
                let error = await #expect(throws: BackupError.self) { try await Self.start(configuration) }
                #expect(error?.kind == .conflict)
                #expect(try await Psql.run("select size from log.head", on: url) == "0")
                await connection.close()
                try await Self.start(configuration)
            }
        }
    }
}
