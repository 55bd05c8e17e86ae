import Access
import App
import Backups
import EventStore
import Foundation
import Logging
import Postgres
import SystemTestSupport
import TestSupport
import Time

/// A running Daybook in a fresh database, with a repository of backups.
struct BackupPlace: Sendable {
    let system: DaybookSystem
    let url: String
    /// The data directory, with the keys.
    let directory: String
    let repository: String
    let environment: [String: String]

    static let author = Author(id: "operator")

    var service: BackupService { system.backups }
    var storage: DirectoryStorage { DirectoryStorage(name: "main", path: repository) }
    var keys: BackupKeys { get throws { try system.configuration.backups.keys() } }

    /// The service with other limits, other repositories, of another release, or with a clock that is ahead.
    func service(
        _ limits: BackupLimits = BackupLimits(),
        ahead: Duration = .zero,
        storages: [any BackupStorage]? = nil,
        productVersion: String = "test"
    ) throws -> BackupService {
        try BackupService(
            store: system.store,
            pool: system.followerPool,
            engine: system.projections,
            repositories: storages ?? service.repositories,
            keys: service.keys,
            allowsPlain: service.allowsPlain,
            limits: limits,
            productVersion: productVersion,
            clock: { .now() + ahead },
            logger: LogFixture.quiet
        )
    }

    /// Lends one.
    static func open<R: Sendable>(
        key: Bool = true,
        offsite: String? = nil,
        environment more: [String: String] = [:],
        _ body: @escaping @Sendable (BackupPlace) async throws -> R
    ) async throws -> R {
        try await StartedSystem.withCopy { started in
            try await withDirectory { directory in
                try started.giveKeys(to: directory)
                let url = started.url
                let repository = "\(directory)/repository"
                var environment = [
                    "DATABASE_URL": url,
                    "DAYBOOK_BACKUP_REPOSITORIES": "main=\(repository),offsite=\(offsite ?? "\(directory)/offsite")",
                ]
                environment.merge(more) { $1 }
                if key {
                    let file = "\(directory)/backup.key"
                    try makeKey(file)
                    environment["DAYBOOK_BACKUP_KEY_FILE"] = file
                } else {
                    environment["DAYBOOK_BACKUP_PLAIN"] = "on"
                }
                let configuration = try DaybookConfiguration(
                    flags: [.dataDirectory: directory, .port: "0"],
                    environment: environment
                )
                let known = environment
                return try await DaybookSystem.withRunning(
                    configuration,
                    logger: LogFixture.quiet,
                    administrator: .withoutToken
                ) { system, _ in
                    try await body(
                        BackupPlace(
                            system: system,
                            url: url,
                            directory: directory,
                            repository: repository,
                            environment: known
                        )
                    )
                }
            }
        }
    }

    static func withDirectory<R: Sendable>(_ body: (String) async throws -> R) async throws -> R {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("daybook-\(UUID().uuidString)")
            .path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        return try await body(directory)
    }

    static func makeKey(_ file: String) throws {
        let digits = (0..<64).map { _ in "0123456789abcdef".randomElement() ?? "0" }
        _ = FileManager.default.createFile(
            atPath: file,
            contents: Data(String(digits).utf8),
            attributes: [.posixPermissions: 0o600]
        )
    }

    /// Records some users.
    func register(_ names: [String]) async throws {
        for name in names {
            _ = try await system.tokens.register(
                RegisterUser(userID: name, kind: .person, name: "Name of \(name)"),
                CommandContext(actor: .operator)
            )
        }
    }

    /// Restores into a database of its own, and lends what is there then, running.
    func restored<R: Sendable>(
        _ wish: BackupRestoration.Wish,
        repository: String? = nil,
        environment changes: [String: String] = [:],
        _ body: @escaping @Sendable (DaybookSystem, BackupRestoration.Outcome) async throws -> R
    ) async throws -> R {
        try await PostgresFixture.withFurtherDatabase { url in
            try await Self.withDirectory { directory in
                var wish = wish
                if wish.keysDirectory == nil { wish.keysDirectory = "\(self.directory)/keys" }
                let environment = self.environment.merging(["DATABASE_URL": url]) { $1 }.merging(changes) { $1 }
                let configuration = try DaybookConfiguration(
                    flags: [.dataDirectory: directory, .port: "0"],
                    environment: environment
                )
                let outcome = try await BackupRestoration(
                    configuration,
                    repository: repository,
                    logger: LogFixture.quiet
                ).run(wish)
                return try await DaybookSystem.withRunning(
                    configuration,
                    logger: LogFixture.quiet,
                    administrator: .withoutToken
                ) { system, _ in try await body(system, outcome) }
            }
        }
    }

    /// The files of a backup.
    func files(_ id: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(repository)/\(id)").filter { !$0.hasPrefix(".") }
            .sorted()
    }

    /// Alters a file of events of a backup; done again, it is as it was.
    func damage(_ id: String) throws {
        guard let file = try files(id).first(where: { $0.hasPrefix("events-") }) else { return }
        var bytes = try bytes(id, file)
        bytes[bytes.count / 2] ^= 1
        try write(bytes, id, file)
    }

    func bytes(_ id: String, _ file: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: "\(repository)/\(id)/\(file)")))
    }

    func write(_ bytes: [UInt8], _ id: String, _ file: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(repository)/\(id)/\(file)"))
    }
}

extension DaybookSystem {
    /// Everything that a full verification finds wrong with the log.
    func findings() async throws -> [VerificationFinding] {
        try await LogVerifier(pool: pool).verify(trustedKeys: store.keys.verifiers()).findings
    }
}
