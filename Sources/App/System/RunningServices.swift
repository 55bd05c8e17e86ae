import Logging
import PostgresServer
import ServiceLifecycle
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Starts the database, lends its URL, and stops it again if nobody else uses it.
///
/// Takes SIGINT, SIGTERM and SIGHUP for the whole time, and makes a graceful shutdown of them.
func withDatabase<R: Sendable>(
    _ configuration: DaybookConfiguration,
    logger: Logger,
    progress: @escaping ClusterProgressHandler,
    _ body: @escaping @Sendable (_ url: String) async throws -> R
) async throws -> R {
    try await withServices([], takesSignals: true, logger: logger) {
        let database = try await DatabaseHost.start(configuration, progress: progress, logger: logger)
        guard let cluster = database.cluster else { return try await body(database.url) }
        let result: R
        do {
            try Task.checkCancellation()
            // The cluster outlives everything that uses it, so that the last events are written.
            result = try await withServices([cluster], logger: logger) { try await body(database.url) }
        } catch {
            try? await cluster.release()
            throw error
        }
        try await cluster.release()
        return result
    }
}

/// Runs services around a body, and stops them, last first, when it is done, fails, or a graceful shutdown comes.
func withServices<R: Sendable>(
    _ services: [any Service],
    takesSignals: Bool = false,
    logger: Logger,
    _ body: @escaping @Sendable () async throws -> R
) async throws -> R {
    let main = MainService(body)
    let group = ServiceGroup(
        configuration: ServiceGroupConfiguration(
            services: services.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) } + [
                ServiceGroupConfiguration.ServiceConfiguration(
                    service: main,
                    successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup
                )
            ],
            gracefulShutdownSignals: takesSignals ? [.sigint, .sigterm] + (hangupIsIgnored ? [] : [.sighup]) : [],
            logger: logger
        )
    )
    do {
        try await group.run()
    } catch {
        // The main service's own error says more than that the group stopped for it.
        if case .failure(let cause)? = main.result { throw cause }
        throw error
    }
    guard let result = main.result else { throw CancellationError() }
    return try result.get()
}

/// Whether we were started by `nohup`, to go on when the terminal goes away.
private var hangupIsIgnored: Bool {
    var current = sigaction()
    guard sigaction(SIGHUP, nil, &current) == 0 else { return false }
    #if canImport(Glibc)
        let handler = current.__sigaction_handler.sa_handler
    #else
        let handler = current.__sigaction_u.__sa_handler
    #endif
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
}

/// The work for whose sake the other services run.
private final class MainService<R: Sendable>: Service {
    private let body: @Sendable () async throws -> R
    private let outcome = Mutex<Result<R, any Error>?>(nil)

    init(_ body: @escaping @Sendable () async throws -> R) {
        self.body = body
    }

    var result: Result<R, any Error>? { outcome.withLock { $0 } }

    func run() async throws {
        do {
            let value = try await body()
            outcome.withLock { $0 = .success(value) }
        } catch {
            outcome.withLock { $0 = .failure(error) }
            throw error
        }
    }
}
