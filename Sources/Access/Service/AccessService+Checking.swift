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
    /// Where the answers were recorded; nil where they are recorded after they were given, or not at all.
    package var receipt: Receipt?
}

extension AccessService {
    /// Answers whether users have permissions, and takes each answer down for the decision log: looking is recorded.
    ///
    /// All questions are answered from the same moment.
    ///
    /// - Parameter session: of the users asked about, in which only the roles that are active there count.
    package func checkUserPermissions(
        _ questions: [AccessQuestion],
        session: String? = nil,
        asOf moment: AccessMoment = .now,
        _ context: CommandContext
    ) async throws -> AccessVerdicts {
        for (index, question) in questions.enumerated() {
            try AccessText.requireID(question.userID, at: "/checks/\(index)/userId")
            try AccessText.requireID(question.permission, at: "/checks/\(index)/permission")
            if let branch = question.branchID { try AccessText.requireID(branch, at: "/checks/\(index)/branchId") }
        }
        let current = try await directory.current(since: context.startedAt)
        let now = clock()
        for question in questions {
            try current.model.require(.checkAccess, of: context.actor, in: question.scope, at: now)
        }
        let (snapshot, time) = moment == .now ? (current, now) : try await past.access(asOf: moment, now: now)
        let verdicts = questions.map { question in
            snapshot.model.check(
                question.userID,
                question.permission,
                in: question.scope,
                at: time,
                session: session
            )
        }
        let receipt = try await decisions.record(
            zip(questions, verdicts).map { question, verdict in
                Decision(
                    at: now,
                    kind: .check,
                    asker: context.actor.id,
                    userID: question.userID,
                    permission: question.permission,
                    scope: question.scope,
                    verdict: verdict,
                    size: snapshot.size,
                    traceID: context.correlationID
                )
            }
        )
        return AccessVerdicts(verdicts: verdicts, size: snapshot.size, receipt: receipt)
    }

    /// Answers whether a user has a permission, and takes the answer down.
    package func checkUserPermission(
        _ question: AccessQuestion,
        _ context: CommandContext
    ) async throws -> (verdict: AccessVerdict, size: Int64, receipt: Receipt?) {
        let answer = try await checkUserPermissions([question], context)
        return (answer.verdicts.first ?? .notGranted, answer.size, answer.receipt)
    }
}
