package import EventStore
import Events
import Time

/// A question whether a user may do something.
package struct AccessQuestion: Sendable, Hashable {
    /// Who.
    package var userID: String
    /// What, as `resource:action`.
    package var permission: String
    /// Where; nil for the institution as a whole.
    package var branchID: String?

    /// A question.
    package init(userID: String, permission: String, branchID: String? = nil) {
        self.userID = userID
        self.permission = permission
        self.branchID = branchID
    }

    var scope: AccessScope {
        guard let branchID, branchID != RBAC.institutionBranch else { return .institution }
        return .branch(branchID)
    }
}

/// The answers to questions, and the proof that they were recorded.
package struct AccessVerdicts: Sendable {
    /// One for each question, in their order.
    package var verdicts: [AccessVerdict]
    /// How many events the answers take into account.
    package var size: Int64
    /// Where the answers were recorded.
    package var receipt: Receipt
}

extension AccessService {
    /// Answers whether users have permissions, and records each answer: looking is recorded.
    ///
    /// All questions are answered from the same moment and recorded in one append, before anybody hears the answers.
    package func checkUserPermissions(
        _ questions: [AccessQuestion],
        _ context: CommandContext
    ) async throws -> AccessVerdicts {
        for (index, question) in questions.enumerated() {
            try AccessText.requireID(question.userID, at: "/checks/\(index)/userId")
            try AccessText.requireID(question.permission, at: "/checks/\(index)/permission")
            if let branch = question.branchID { try AccessText.requireID(branch, at: "/checks/\(index)/branchId") }
        }
        let snapshot = try await directory.current(since: context.startedAt)
        let now = clock()
        for question in questions {
            try snapshot.model.require(.checkAccess, of: context.actor, in: question.scope, at: now)
        }
        let verdicts = questions.map { question in
            snapshot.model.check(question.userID, question.permission, in: question.scope, at: now)
        }
        var order: [String] = []
        var byUser: [String: [NewEvent]] = [:]
        for (question, verdict) in zip(questions, verdicts) {
            let checked = RBAC.AccessChecked(
                userID: question.userID,
                permission: question.permission,
                branchID: question.branchID,
                allowed: verdict.isAllowed,
                reason: verdict.reason
            )
            if byUser[question.userID] == nil { order.append(question.userID) }
            byUser[question.userID, default: []].append(NewEvent(checked, branch: question.branchID))
        }
        let receipt = try await store.append(
            AppendRequest(
                streams: order.map { StreamAppend(stream: AccessStream.accessLog($0), events: byUser[$0] ?? []) },
                actor: context.actor.id,
                correlationID: context.correlationID
            )
        )
        return AccessVerdicts(verdicts: verdicts, size: snapshot.size, receipt: receipt)
    }

    /// Answers whether a user has a permission, and records the answer.
    package func checkUserPermission(
        _ question: AccessQuestion,
        _ context: CommandContext
    ) async throws -> (verdict: AccessVerdict, size: Int64, receipt: Receipt) {
        let answer = try await checkUserPermissions([question], context)
        return (answer.verdicts.first ?? .notGranted, answer.size, answer.receipt)
    }
}
