package import Access
package import Institution

/// What the endpoints of the institution share: the service, and who may do what.
package struct InstitutionAccess: Sendable {
    let service: InstitutionService
    private let directory: AccessDirectory
    private let decisions: DecisionRecorder
    /// Nil where answers are made anew each time.
    let answers: CachedAnswers?

    /// Access to the institution by the rights of a directory.
    ///
    /// - Parameter decisions: where it is taken down what was decided about facts that were sent.
    package init(
        service: InstitutionService,
        directory: AccessDirectory,
        decisions: DecisionRecorder,
        answers: CachedAnswers? = nil
    ) {
        self.service = service
        self.directory = directory
        self.decisions = decisions
        self.answers = answers
    }

    /// Who sends, by the rights of the moment.
    func sender(_ context: RequestContext) async throws -> FactSender {
        let rights = SenderRights(
            try await directory.current(since: context.startedAt),
            recorder: decisions,
            context
        )
        return FactSender(
            actor: context.actor,
            correlationID: context.correlationID,
            allows: { rights.allows($0, $1) },
            beforeRecording: { try await rights.record() }
        )
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
