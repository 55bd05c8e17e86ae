import Access
import Audit

extension AuditReader {
    /// Whoever reads at the machine: has the database, and so sees everything. That they looked is recorded.
    static let `operator` = AuditReader(
        actor: AccessActor.operatorID,
        userAgent: "daybook command line",
        sight: AuditSight(permission: "", personalPermission: "") { _ in .everywhere }
    )
}
