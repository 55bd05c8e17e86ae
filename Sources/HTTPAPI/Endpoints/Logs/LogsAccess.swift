package import Audit
import EventStore
package import Monitoring

/// What the endpoints of logging and monitoring share.
package struct LogsAccess: Sendable {
    let monitoring: MonitoringService
    let audit: AuditService
    let history: HistoryAccess
    let archive: ArchiveService
    let productVersion: String

    /// The endpoints' parts.
    package init(
        monitoring: MonitoringService,
        archive: ArchiveService,
        audit: AuditService,
        history: HistoryAccess,
        productVersion: String
    ) {
        self.monitoring = monitoring
        self.archive = archive
        self.audit = audit
        self.history = history
        self.productVersion = productVersion
    }

    /// The size of the log at a moment, once the read model holds it. What this server was asked before is in it.
    func size(asOf moment: Moment?, cursor: PageCursor? = nil) async throws -> Int64 {
        if let size = cursor?.asOf { return try await monitoring.reader.settle(asOf: size) }
        guard let moment else { return try await monitoring.reader.settle() }
        return try await monitoring.reader.settle(asOf: monitoring.reader.size(asOf: moment))
    }
}

extension MonitoringReader {
    fileprivate func size(asOf moment: Moment) async throws -> Int64? {
        switch moment {
        case .position(let position): position + 1
        case .time(let time): try await size(at: time)
        }
    }
}
