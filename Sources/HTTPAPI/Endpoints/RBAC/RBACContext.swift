package import Access
import EventStore
import Events

extension RequestContext {
    /// The request as the access service knows it.
    package func command(_ key: IdempotencyKey? = nil) -> CommandContext {
        let context = CommandContext(
            actor: .user(actor, session: sessionID),
            correlationID: correlationID,
            startedAt: startedAt
        )
        guard let key else { return context }
        return context.repeatable(scope: key.scope, key: key.key, requestDigest: key.requestDigest.bytes)
    }

    /// Notes that the access service decides, in the branch of the thing itself.
    ///
    /// Its commands refuse whoever lacks the permission there, and record what they do under the condition that the
    /// permission still holds; this only satisfies the pipeline that somebody asked.
    package func leaveDecision(_ permission: BuiltInPermission) async throws {
        try await require(permission.name, in: .anywhere)
    }

    /// Refuses whoever may not read a role. To those who may not even list the roles of its branch there is none.
    package func requireReading(of role: RoleRecord) async throws {
        guard role.branchID != BranchScope.institutionBranch else { return }
        let scope = BranchScope.branch(role.branchID)
        if try await allows(BuiltInPermission.listRoles.name, in: scope) {
            try await require(BuiltInPermission.readRoles.name, in: scope)
        } else if try await !allows(BuiltInPermission.readRoles.name, in: scope) {
            throw AccessRefusal(.notFound, "There is no role \(role.id). GET /rbac/roles lists the roles there are.")
        }
    }
}

extension BranchScope {
    /// The institution's place among the branches.
    package static let institutionBranch = RBAC.institutionBranch
}

extension AccessMoment {
    /// The moment of a read; a further page is of the moment of the first.
    package init(_ asOf: Moment?, _ cursor: PageCursor? = nil) {
        if let size = cursor?.asOf, size > 0 {
            self = .position(size - 1)
            return
        }
        switch asOf {
        case .position(let position): self = .position(position)
        case .time(let time): self = .time(time)
        case nil: self = .now
        }
    }
}

extension CommandOutcome {
    /// The id in the name of the stream that the first event went to: `role-<id>`.
    func id(of kind: (String) -> String) -> String? {
        guard let stream = receipt?.events.first?.stream, stream.hasPrefix(kind("")) else { return nil }
        return String(stream.dropFirst(kind("").count))
    }

    /// The moment just after the command.
    var moment: AccessMoment { .position(size - 1) }
}
