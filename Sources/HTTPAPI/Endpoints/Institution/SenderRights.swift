import Access
import JSON
import Synchronization
import Time

/// What one who sends facts may, by the rights of one moment; and what was decided of it, for the decision log.
final class SenderRights: Sendable {
    private struct Question: Hashable {
        let permission: ExactString
        let branch: ExactString
    }

    private struct Answers {
        var verdicts: [Question: AccessVerdict] = [:]
        /// Each question once, in the order in which they came up.
        var decisions: [Decision] = []
    }

    private let snapshot: AccessSnapshot
    private let recorder: DecisionRecorder
    private let context: RequestContext
    private let now: Timestamp
    private let answers = Mutex(Answers())

    /// The rights of who makes a request.
    init(_ snapshot: AccessSnapshot, recorder: DecisionRecorder, _ context: RequestContext) {
        self.snapshot = snapshot
        self.recorder = recorder
        self.context = context
        now = context.now
    }

    /// Whether the sender holds a permission in a branch.
    func allows(_ permission: String, _ branch: String) -> Bool {
        let question = Question(permission: ExactString(permission), branch: ExactString(branch))
        return answers.withLock { answers in
            if let known = answers.verdicts[question] { return known.isAllowed }
            let decision = decide(permission, .branch(branch))
            answers.verdicts[question] = decision.verdict
            answers.decisions.append(decision)
            return decision.verdict.isAllowed
        }
    }

    /// Takes down what was decided so far.
    func record() async throws {
        let decisions = answers.withLock { $0.decisions }
        if !decisions.isEmpty { try await recorder.record(decisions) }
    }

    private func decide(_ permission: String, _ scope: AccessScope) -> Decision {
        Decision(
            at: now,
            kind: .command,
            asker: context.actor,
            userID: context.actor,
            permission: permission,
            scope: scope,
            verdict: snapshot.model.check(context.actor, permission, in: scope, at: now, session: context.sessionID),
            size: snapshot.size,
            traceID: context.correlationID
        )
    }
}
