import App
import Backups
import EventStore
import Foundation
import TestSupport

extension BackupPlace {
    /// Lends a restore into a further database, with a data directory of its own, and the database's address.
    func restoring(
        without removed: [String] = [],
        environment changes: [String: String] = [:],
        _ body: @escaping @Sendable (BackupRestoration, DaybookConfiguration, String) async throws -> Void
    ) async throws {
        try await PostgresFixture.withFurtherDatabase { url in
            try await Self.withDirectory { directory in
                let environment = self.environment.merging(["DATABASE_URL": url]) { $1 }.merging(changes) { $1 }
                    .filter { !removed.contains($0.key) }
                let configuration = try DaybookConfiguration(
                    flags: [.dataDirectory: directory, .port: "0"],
                    environment: environment
                )
                let restoration = BackupRestoration(configuration, repository: nil, logger: LogFixture.quiet)
                try await body(restoration, configuration, url)
            }
        }
    }

    /// A wish with the log's keys.
    var wish: BackupRestoration.Wish {
        var wish = BackupRestoration.Wish()
        wish.keysDirectory = "\(directory)/keys"
        return wish
    }
}
