import App
import Logging
import ServiceLifecycle

extension DatabaseOptions {
    /// Starts the system for the time of the body, which ends early where Ctrl-C is pressed.
    ///
    /// - Parameter mayCreate: whether a data directory without a Daybook gets one. Looking for one makes none.
    func withSystem<R: Sendable>(
        _ console: Console,
        mayCreate: Bool = false,
        _ body: @escaping @Sendable (DaybookSystem) async throws -> R
    ) async throws -> R {
        let configuration = try configuration(logLevel: .warning, console)
        if !mayCreate { try DaybookInspection.requireCluster(configuration) }
        return try await DaybookSystem.withRunning(
            configuration,
            logger: Logger(label: "daybook"),
            progress: StartReport(console).handlers,
            administrator: .withoutToken
        ) { system, _ in
            try await cancelWhenGracefulShutdown { try await body(system) }
        }
    }

    /// Opens the database for the time of the body, to look at it as it is.
    func withInspection<R: Sendable>(
        _ console: Console,
        _ body: @escaping @Sendable (DaybookInspection) async throws -> R
    ) async throws -> R {
        try await DaybookInspection.withOpen(
            try configuration(logLevel: .warning, console),
            logger: Logger(label: "daybook"),
            progress: StartReport(console).handlers.cluster,
            body
        )
    }
}
