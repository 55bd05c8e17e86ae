package import Backups
package import Recovery

/// What the endpoints of backups work with.
package struct BackupAccess: Sendable {
    package let backups: BackupService
    package let recovery: RecoveryService

    /// Both.
    package init(backups: BackupService, recovery: RecoveryService) {
        self.backups = backups
        self.recovery = recovery
    }
}
