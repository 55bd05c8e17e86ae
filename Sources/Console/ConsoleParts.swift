package import Access
import Audit
import Backups
package import Caching
import EventStore
package import HTTPAPI
package import Monitoring
import Notifications
package import ProjectionEngine
import Recovery

/// What the console shows, and by whose hands.
package struct ConsoleParts: Sendable {
    let institution: String
    let tokens: TokenService
    let log: LogAccess
    let monitoring: MonitoringService
    let projections: ProjectionEngine
    let cache: CacheService
    let directory: AccessDirectory
    let notices: NotificationAccess
    let exports: ExportAccess
    let copies: BackupAccess
    let access: AccessService
    let limits: LimitsAccess
    let isSecure: Bool
    let provider: OpenIDClient?

    /// The parts of a server.
    ///
    /// - Parameters:
    ///   - institution: its name, as people read it.
    ///   - isSecure: whether people come by https.
    ///   - provider: the OpenID provider that people sign in by, beside tokens; nil where there is none.
    package init(
        institution: String,
        tokens: TokenService,
        log: LogAccess,
        monitoring: MonitoringService,
        projections: ProjectionEngine,
        cache: CacheService,
        directory: AccessDirectory,
        notices: NotificationAccess,
        exports: ExportAccess,
        copies: BackupAccess,
        access: AccessService,
        limits: LimitsAccess,
        isSecure: Bool,
        provider: OpenIDClient?
    ) {
        self.institution = institution
        self.tokens = tokens
        self.log = log
        self.monitoring = monitoring
        self.projections = projections
        self.cache = cache
        self.directory = directory
        self.notices = notices
        self.exports = exports
        self.copies = copies
        self.access = access
        self.limits = limits
        self.isSecure = isSecure
        self.provider = provider
    }

    var store: EventStore { log.store }
    var audit: AuditService { log.audit }
    var backups: BackupService { copies.backups }
    var recovery: RecoveryService { copies.recovery }
    var notifications: NotificationService { notices.service }
}
