package import Access
package import Audit

/// Says what of the history somebody may see, from the rights of the moment.
package struct HistoryAccess: Sendable {
    private let directory: AccessDirectory

    /// Rights as a directory has them.
    package init(directory: AccessDirectory) {
        self.directory = directory
    }

    /// Who reads, and what that reader may see by a permission that the request needs.
    package func reader(_ permission: BuiltInPermission, _ context: RequestContext) async throws -> AuditReader {
        let model = try await directory.current(since: context.startedAt).model
        let now = context.now
        let sight = AuditSight(
            permission: permission.name,
            personalPermission: BuiltInPermission.readPersonal.name
        ) { name in
            model.branches(where: context.actor, has: name, at: now, session: context.sessionID)
                .map { .branches($0) } ?? .everywhere
        }
        return AuditReader(
            actor: context.actor,
            correlationID: context.correlationID,
            ipAddress: context.clientAddress,
            userAgent: context.userAgent,
            sight: sight
        )
    }
}
