package import Access
package import Exports

/// What the endpoints of exports work with: the service, and who may do what.
package struct ExportAccess: Sendable {
    package let service: ExportService
    private let directory: AccessDirectory

    /// Exports by the rights of a directory.
    package init(service: ExportService, directory: AccessDirectory) {
        self.service = service
        self.directory = directory
    }

    /// The rights of whoever asks, as they are now.
    package func rights(_ context: RequestContext) async throws -> ExportRights {
        let model = try await directory.current(since: context.startedAt).model
        let (actor, now, session) = (context.actor, context.now, context.sessionID)
        let roles = session.map { model.roleIDs(activeIn: $0, of: actor, at: now) }
        return ExportRights(roles: roles) { permission in
            model.branches(where: actor, has: permission, at: now, session: session)
        }
    }
}
