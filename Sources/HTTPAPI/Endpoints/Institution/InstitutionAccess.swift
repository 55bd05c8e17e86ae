package import Access
package import Institution

/// What the endpoints of the institution share: the service, and who may do what.
package struct InstitutionAccess: Sendable {
    let service: InstitutionService
    private let directory: AccessDirectory
    /// Nil where answers are made anew each time.
    let answers: CachedAnswers?

    /// Access to the institution by the rights of a directory.
    package init(service: InstitutionService, directory: AccessDirectory, answers: CachedAnswers? = nil) {
        self.service = service
        self.directory = directory
        self.answers = answers
    }

    /// Who sends, by the rights of the moment.
    func sender(_ context: RequestContext) async throws -> FactSender {
        let model = try await directory.current(since: context.startedAt).model
        let actor = context.actor
        let now = context.now
        let session = context.sessionID
        return FactSender(actor: actor, correlationID: context.correlationID) { permission, branch in
            model.check(actor, permission, in: .branch(branch), at: now, session: session).isAllowed
        }
    }

    /// What the actor may see of a resource, by the rights of the moment.
    func sight(_ resource: Resource, _ context: RequestContext) async throws -> ResourceSight {
        let model = try await directory.current(since: context.startedAt).model
        let now = context.now
        func branches(_ permission: String) -> Set<String>? {
            model.branches(where: context.actor, has: permission, at: now, session: context.sessionID)
        }
        return ResourceSight(
            branches: branches(resource.permission),
            personal: branches(Resource.personalPermission)
        )
    }
}
