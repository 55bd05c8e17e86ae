package import Backups
package import Recovery

/// What the endpoints of backups work with.
package struct BackupAccess: Sendable {
    let backups: BackupService
    let recovery: RecoveryService

    /// Both.
    package init(backups: BackupService, recovery: RecoveryService) {
        self.backups = backups
        self.recovery = recovery
    }
}
