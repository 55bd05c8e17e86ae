import Access
import Backups
package import Caching
import Console
import EventStore
import Exports
package import HTTPAPI
import Hummingbird
package import Monitoring
import OpenSSL
package import RateLimiting
import ServiceLifecycle

/// Serves a running system over HTTP.
package struct DaybookServer: Sendable {
    /// The version of this program.
    package static let version = "0.1.0"

    /// Cursors are sealed with a secret of the signing key in use; those of the other keys here are known again, so that
    /// a rotation ends no listing that is under way.
    private static func cursorSeal(_ keys: KeyStore) throws -> CursorSeal {
        let first = try keys.secrets(for: "cursors")
        return CursorSeal {
            // Where the keys cannot be read for a moment, listing goes on with those that there were.
            let (current, others) = (try? keys.secrets(for: "cursors")) ?? first
            return CursorSeal.Keys(current: current, others: others)
        }
    }

    private let system: DaybookSystem
    /// What watches it.
    package let monitoring: MonitoringService
    /// Which limits requests have.
    package let limits: LimitsService
    private let archive: ArchiveService
    private let caching: CacheParts
    private let further: [Endpoint]
    private let console: ConsoleSite
    private let issuer: TokenIssuer?
    /// What is kept of answers.
    package var cache: CacheService { caching.service }

    /// A server of a system.
    ///
    /// - Parameters:
    ///   - logs: where this process's log entries go, for them to become events.
    ///   - further: endpoints beside Daybook's own, answered like them: what a benchmark measures those beside.
    ///   - registry: what it counts, and shows as metrics; the process's own, unless several serve in one process.
    ///   - adjust: changes how it is watched, beyond what can be configured.
    package init(
        _ system: DaybookSystem,
        logs: LogCore? = nil,
        further: [Endpoint] = [],
        registry: PrometheusRegistry = .process,
        adjust: (inout MonitoringSettings) -> Void = { _ in }
    ) throws {
        self.system = system
        self.further = further
        var settings = MonitoringSettings(system.configuration)
        let decisions = system.access.decisions
        settings.lostDecisions = { decisions.lostCount }
        let archive = try ArchiveService(system, registry: registry)
        self.archive = archive
        settings.isArchivingFailing = { archive.isFailing }
        adjust(&settings)
        monitoring = try MonitoringService(
            settings,
            store: system.store,
            pool: system.pool,
            quietPool: system.followerPool,
            projections: system.projections,
            logs: logs,
            registry: registry,
            logger: system.logger
        )
        limits = LimitsService(
            RateLimiter(
                system.configuration.limits.limiter,
                shared: try Self.sharedCells(system),
                logger: system.logger
            ),
            store: system.store,
            logger: system.logger
        )
        caching = try CacheParts(system) { [keys = system.store.keys] in try Self.cursorSeal(keys) }
        issuer = try TokenIssuer(system.configuration, logger: system.logger)
        let history = HistoryAccess(directory: system.directory)
        console = try ConsoleSite(
            ConsoleParts(
                institution: system.configuration.institution,
                tokens: system.tokens,
                log: LogAccess(store: system.store, audit: system.audit, history: history),
                monitoring: monitoring,
                projections: system.projections,
                cache: caching.service,
                directory: system.directory,
                notices: Self.notificationAccess(system),
                exports: ExportAccess(service: system.exports, directory: system.directory),
                copies: BackupAccess(backups: system.backups, recovery: system.recovery),
                access: system.access,
                limits: Self.limitsAccess(limits, system),
                isSecure: system.configuration.publicAddress != nil,
                provider: issuer?.client
            )
        )
    }

    /// Serves until graceful shutdown.
    ///
    /// - Parameter onListening: called with the port once requests are taken.
    /// - Throws: ``ServerError`` where another server is in the way; it is not disturbed.
    package func run(onListening: @escaping @Sendable (Int) async -> Void) async throws {
        let configuration = system.configuration
        let hold = try DataDirectoryHold(configuration)
        defer { hold.release() }
        let application = try APIServer.application(
            endpoints + pages,
            sockets: sockets,
            socketLimits: configuration.sockets,
            description: APIDescription(
                title: configuration.institution,
                version: Self.version,
                summary: "Roles, permissions and history on an append-only, signed log."
            ),
            readiness: readiness + (issuer.map { [$0.keys] } ?? []),
            services: EndpointServices(
                authenticator: TokenAuthenticator(tokens: system.tokens, jwt: issuer?.authenticator),
                authorizer: DirectoryAuthorizer(
                    directory: system.directory,
                    decisions: system.access.decisions
                ),
                positionGate: ReadModelGate(
                    store: system.store,
                    projections: system.projections,
                    patience: .seconds(2)
                ),
                cursors: try Self.cursorSeal(system.store.keys),
                trustedProxies: TrustedProxies(configuration.limits.trustedProxies),
                limits: configuration.limits.enforcement == .on ? PolicyLimiter(limiter: limits.limiter) : nil,
                maximumBodyBytes: configuration.bodyLimit,
                recorder: monitoring.settings.recordsRequests ? monitoring.requests : nil,
                witness: caching.witness
            ),
            settings: serverSettings,
            logger: system.logger,
            onListening: onListening
        )
        // A Redis that is there is connected in a moment; one that is not holds nothing up.
        await system.redis?.awaitAvailable(within: .milliseconds(500))
        await system.limitsRedis?.awaitAvailable(within: .milliseconds(500))
        await warnOfEviction()
        // What was set has to hold from the first request on.
        try await limits.catchUp()
        // Watches until the last request is answered, and then records what is left.
        let watching = Task { [monitoring] in await monitoring.run() }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                if let issuer { group.addTask { try await issuer.keys.run() } }
                group.addTask { try await application.run() }
                group.addTask { [limits] in await cancelWhenGracefulShutdown { await limits.run() } }
                group.addTask { try await caching.run() }
                // Servers alone: a command that is over in a moment begins nothing that takes long.
                for service in exporting + [backingUp] { group.addTask { try await service.run() } }
                // All end at graceful shutdown; an error of either ends the other.
                for try await _ in group {}
            }
        } catch {
            await end(watching)
            throw ServerError(listening: error, at: configuration) ?? error
        }
        await end(watching)
    }

    /// What makes, sends and removes exports, and asks for those that are scheduled.
    private var exporting: [any Service] {
        [
            ExportWorker(system.exports), ExportScheduler(system.exports), ExportMailWorker(system.exports),
            ExportJanitor(system.exports), system.exports.hub,
        ]
    }

    /// What makes, removes and rehearses the backups that schedules ask for.
    private var backingUp: any Service {
        BackupScheduler(
            system.backups,
            pool: system.followerPool,
            rehearsalDays: system.configuration.backups.rehearsalDays
        )
    }

    /// What replicas count together, under a name that only they can make.
    private static func sharedCells(_ system: DaybookSystem) throws -> RedisCells? {
        guard let redis = system.limitsRedis else { return nil }
        return try RedisCells(redis) { [keys = system.store.keys] in try keys.secret(for: "limits") }
    }

    /// A Redis that throws counts away when its memory is full admits more than was set, and nothing else would tell.
    private func warnOfEviction() async {
        guard let memory = await system.limitsRedis?.memory(), memory.evicts else { return }
        system.logger.warning(
            "Redis forgets limits' counts when its memory is full; set its maxmemory-policy to noeviction",
            metadata: ["maxmemory": "\(memory.maximum)", "maxmemory-policy": "\(memory.policy)"]
        )
    }

    private func end(_ watching: Task<Void, Never>) async {
        // What the last request began ends with the server, and says so while the log can still be written.
        await system.backups.endRunning()
        watching.cancel()
        await watching.value
        await monitoring.finish()
    }

    /// Everything that it answers, beside what comes with every server: `/livez`, `/readyz` and `/openapi.json`.
    package var endpoints: [Endpoint] {
        let history = HistoryAccess(directory: system.directory)
        let institution = caching.institution
        let log = LogAccess(store: system.store, audit: system.audit, history: history)
        return Endpoint.rbac(system.access, caching.answers)
            + Endpoint.users(system.tokens)
            + Endpoint.authZEN(
                AuthZENAccess(
                    access: system.access,
                    institution: system.institution,
                    address: system.configuration.publicAddress
                )
            )
            + Endpoint.audit(system.audit, history)
            + Endpoint.roleReviews(system.access, log)
            + Endpoint.log(log)
            + Endpoint.events(institution)
            + Endpoint.institution(institution)
            + Endpoint.analytics(institution)
            + Endpoint.notifications(Self.notificationAccess(system))
            + Endpoint.recovery(system.recovery)
            + Endpoint.backups(BackupAccess(backups: system.backups, recovery: system.recovery))
            + Endpoint.exports(ExportAccess(service: system.exports, directory: system.directory))
            + Endpoint.cache(caching.service)
            + further
            + Endpoint.projections(system.projections)
            + Endpoint.limits(Self.limitsAccess(limits, system))
            + Endpoint.logs(
                LogsAccess(
                    monitoring: monitoring,
                    archive: archive,
                    audit: system.audit,
                    history: history,
                    productVersion: Self.version
                )
            )
    }

    /// The pages of the console, for people.
    package var pages: [Endpoint] { console.endpoints }

    /// The WebSockets that it answers.
    package var sockets: [WebSocketEndpoint] {
        WebSocketEndpoint.notifications(Self.notificationAccess(system)) + console.sockets
    }

    private static func limitsAccess(_ limits: LimitsService, _ system: DaybookSystem) -> LimitsAccess {
        LimitsAccess(service: limits, store: system.store, isOn: system.configuration.limits.enforcement == .on)
    }

    private static func notificationAccess(_ system: DaybookSystem) -> NotificationAccess {
        NotificationAccess(
            service: system.notifications,
            access: system.access,
            topics: [ExportTopic(system.exports.hub)]
        )
    }

    /// Sockets have connections of their own beside those of requests.
    private var serverSettings: ServerSettings {
        var settings = ServerSettings(host: system.configuration.host, port: system.configuration.port)
        settings.maximumConnections += system.configuration.sockets.maximum
        return settings
    }

    private var readiness: [any ReadinessCheck] {
        [
            LogReadiness(directory: system.directory, log: ReadinessLog(system.logger)),
            SigningReadiness(store: system.store, log: ReadinessLog(system.logger)),
            ProjectionReadiness(engine: system.projections, log: ReadinessLog(system.logger)),
            LimitReadiness(limiter: limits.limiter),
        ]
    }
}

extension MonitoringSettings {
    init(_ configuration: DaybookConfiguration) {
        let watching = configuration.watching
        self.init(node: watching.node, dataDirectory: configuration.dataDirectory)
        requests.sampledPerThousand = watching.sampledPercent * 10
        archiveDirectory = watching.archiveDirectory
        verificationPace = watching.verificationPace
    }
}

extension ArchiveService {
    /// Archives of a system, as it is configured.
    package convenience init(
        _ system: DaybookSystem,
        reader: MonitoringReader? = nil,
        registry: PrometheusRegistry = .process
    ) throws {
        let watching = system.configuration.watching
        try self.init(
            store: system.store,
            pool: system.pool,
            reader: reader
                ?? MonitoringReader(store: system.store, pool: system.pool, engine: system.projections),
            policy: RetentionPolicy(operationalDays: watching.retention, auditDays: watching.auditRetention),
            directory: watching.archiveDirectory,
            keyFile: watching.archiveKeyFile,
            registry: registry,
            logger: system.logger
        )
    }
}
