/// Answers whether an actor may do something: the seam between the edge and the access service.
///
/// An answer that cannot be had is thrown as an error, and then the request is refused: never guessed.
package protocol Authorizer: Sendable {
    /// Decides one question.
    ///
    /// - Parameters:
    ///   - actor: who asks.
    ///   - permission: `resource:action`.
    ///   - scope: where the permission has to hold.
    ///   - context: the request on whose behalf it is asked, for the decision log.
    func authorize(
        actor: String,
        permission: String,
        in scope: BranchScope,
        for context: RequestContext
    ) async throws -> AccessDecision

    /// Refuses a request that names a session which is not its sender's, or is over, where no permission is asked for.
    func requireSession(_ session: String, for context: RequestContext) async throws
}

extension Authorizer {
    /// Where there are no sessions, none can be named.
    package func requireSession(_ session: String, for context: RequestContext) async throws {
        throw Problem(.forbidden, "There is no session “\(session)”.")
    }
}

/// Where a permission has to hold.
package enum BranchScope: Sendable, Hashable {
    /// For the whole institution.
    case institution
    /// In one branch; what holds for the whole institution holds there too.
    case branch(String)
    /// In at least one branch, whichever: asked before it is known which branch a request is about.
    case anywhere

    /// The branch, or the whole institution where there is none.
    package init(_ branch: String?) {
        self = branch.map { .branch($0) } ?? .institution
    }
}

/// The answer of an ``Authorizer``.
package struct AccessDecision: Sendable, Hashable {
    /// Whether it is allowed.
    package let isAllowed: Bool
    /// The position of the log that the decision was made at, if there is one.
    package let position: Int64?

    /// An answer.
    package init(isAllowed: Bool, position: Int64? = nil) {
        self.isAllowed = isAllowed
        self.position = position
    }

    /// Yes.
    package static let allowed = AccessDecision(isAllowed: true)
    /// No.
    package static let refused = AccessDecision(isAllowed: false)
}
