import App
import Foundation
import Logging

/// A Daybook of the benchmark's own, on a private PostgreSQL that flushes like a real one.
enum BenchSystem {
    static let quiet = Logger(label: "bench", factory: { _ in SwiftLogNoOpLogHandler() })

    /// A new one.
    static func withSystem<R: Sendable>(
        _ directory: URL,
        port: Int = 0,
        settings: [String: String] = [:],
        _ body: @escaping @Sendable (DaybookSystem, _ token: String) async throws -> R
    ) async throws -> R {
        try await withAnySystem(directory, port: port, settings: settings) { system, token in
            guard let token else { throw BenchOptions.Mistake(description: "the data directory is not new") }
            return try await body(system, token)
        }
    }

    /// A new one, or one that was kept.
    static func withAnySystem<R: Sendable>(
        _ directory: URL,
        port: Int = 0,
        settings: [String: String] = [:],
        _ body: @escaping @Sendable (DaybookSystem, _ token: String?) async throws -> R
    ) async throws -> R {
        let configuration = try DaybookConfiguration(
            flags: [.dataDirectory: directory.path, .port: "\(port)"],
            // All load comes from one address.
            environment: settings.merging(
                ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "DAYBOOK_RATE_LIMITS": "off"]
            ) { own, _ in own }
        )
        return try await DaybookSystem.withRunning(configuration, logger: quiet) { system, token in
            try await body(system, token?.secret)
        }
    }

    /// Waits until no read model is behind the log: what follows it would share the processors with what is measured.
    static func settle(_ system: DaybookSystem) async throws {
        while try await system.projections.status().contains(where: { $0.lag > 0 }) {
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
