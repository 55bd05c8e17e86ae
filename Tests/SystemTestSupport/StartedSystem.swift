package import Access
import App
import Foundation
import Logging
import Synchronization
import TestSupport

/// A database after Daybook's first start, lent to each test as a copy: making the tables and recording what is built in takes
/// longer than most tests. All copies begin as the same log, with the same keys.
package struct StartedSystem: Sendable {
    /// Where the copy is.
    package let url: String
    /// The first administrator's token.
    package let token: IssuedToken
    private let keys: URL

    /// Lends one; its database is dropped afterwards.
    @discardableResult
    package static func withCopy<R>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: (StartedSystem) async throws -> R
    ) async throws -> R {
        try await PostgresFixture.withFreshDatabase(template, isolation: isolation) { url in
            guard let (keys, token) = first.withLock({ $0 }) else { throw CocoaError(.fileNoSuchFile) }
            return try await body(StartedSystem(url: url, token: token, keys: keys))
        }
    }

    /// Puts the keys that its log is signed with into a data directory.
    package func giveKeys(to directory: String) throws {
        let folder = URL(fileURLWithPath: directory).appendingPathComponent("keys")
        try FileManager.default.copyItem(at: keys, to: folder)
    }

    private static let first = Mutex<(keys: URL, token: IssuedToken)?>(nil)

    private static let template = DatabaseTemplate("started") { url in
        let directory = try TemporaryClusters.makeDirectory()
        let configuration = try DaybookConfiguration(
            flags: [.dataDirectory: directory, .port: "0"],
            environment: ["DATABASE_URL": url]
        )
        let token = try await DaybookSystem.withRunning(configuration, logger: LogFixture.quiet) { system, token in
            try await system.access.decisions.settle()
            let size = try await system.store.head().size
            for definition in system.projections.definitions where definition.manifest.mode == .following {
                try await system.projections.wait(for: definition.name, toHold: size, deadline: .seconds(180))
            }
            return token
        }
        let keys = URL(fileURLWithPath: directory).appendingPathComponent("keys")
        first.withLock { first in first = token.map { (keys, $0) } }
    }
}
