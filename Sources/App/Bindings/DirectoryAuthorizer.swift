import Access
import HTTPAPI

/// Answers permission questions from access in memory, which is brought up to the log's head first, and takes down what
/// was decided about commands.
struct DirectoryAuthorizer: Authorizer {
    let directory: AccessDirectory
    let decisions: DecisionRecorder

    func authorize(
        actor: String,
        permission: String,
        in scope: BranchScope,
        for context: RequestContext
    ) async throws -> AccessDecision {
        let snapshot =
            LastKnownAccess.permissions.contains(permission)
            ? try await directory.current(orKnownWithin: LastKnownAccess.age, patience: LastKnownAccess.patience)
            : try await directory.current(since: context.startedAt)
        let now = context.now
        let session = try context.sessionID.map { id in
            try snapshot.model.session(id, of: .user(actor), at: now).id
        }
        let scope = AccessScope(scope)
        let verdict = snapshot.model.check(actor, permission, in: scope, at: now, session: session)
        // That somebody holds it somewhere decides nothing yet; the service says where it counted.
        if context.isCommand, scope != .anywhere || !verdict.isAllowed {
            try await decisions.record([
                Decision(
                    at: now,
                    kind: .command,
                    asker: actor,
                    userID: actor,
                    permission: permission,
                    scope: scope,
                    verdict: verdict,
                    size: snapshot.size,
                    traceID: context.correlationID
                )
            ])
        }
        return AccessDecision(isAllowed: verdict.isAllowed, position: snapshot.size - 1)
    }

    func requireSession(_ session: String, for context: RequestContext) async throws {
        let snapshot = try await directory.current(since: context.startedAt)
        _ = try snapshot.model.session(session, of: .user(context.actor), at: context.now)
    }
}

extension AccessScope {
    fileprivate init(_ scope: BranchScope) {
        switch scope {
        case .institution: self = .institution
        case .branch(let branch): self = .branch(branch)
        case .anywhere: self = .anywhere
        }
    }
}
