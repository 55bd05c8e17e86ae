import Access
import HTTPAPI

/// Answers permission questions from access in memory, which is brought up to the log's head first.
struct DirectoryAuthorizer: Authorizer {
    let directory: AccessDirectory

    func authorize(
        actor: String,
        permission: String,
        in scope: BranchScope,
        for context: RequestContext
    ) async throws -> AccessDecision {
        let snapshot = try await directory.current(since: context.startedAt)
        let verdict = snapshot.model.check(actor, permission, in: AccessScope(scope), at: context.now)
        return AccessDecision(isAllowed: verdict.isAllowed, position: snapshot.size - 1)
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
