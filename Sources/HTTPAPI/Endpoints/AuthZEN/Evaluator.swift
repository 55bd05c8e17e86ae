import Access

/// Evaluates on behalf of a request. Whoever asks needs the permission to check in each scope that is asked about, and
/// each question about a user goes into the decision log.
struct Evaluator: Sendable {
    private enum Step {
        case settled(AuthZENDecision)
        case question(AccessQuestion)
    }

    let access: AccessService
    let context: RequestContext

    /// Decides one evaluation. One that cannot be made, or may not be asked, is thrown.
    func decide(_ evaluation: Evaluation) async throws -> AuthZENDecision {
        let question: AccessQuestion
        do throws(EvaluationFault) {
            question = try evaluation.question(at: "")
        } catch {
            throw Problem(badRequest: error.problems)
        }
        try await context.require(BuiltInPermission.checkAccess.name, in: question.asked)
        guard evaluation.subject.isUser else { return .unknownSubjectType }
        return try await check([question])[0]
    }

    /// Decides several, in their order, until one ends the series.
    func decide(
        _ evaluations: [Result<Evaluation, EvaluationFault>],
        _ semantic: EvaluationsSemantic
    ) async throws -> [AuthZENDecision] {
        try await context.leaveDecision(.checkAccess)
        var steps: [Step] = []
        for (index, evaluation) in evaluations.enumerated() {
            steps.append(try await step(evaluation, at: "/evaluations/\(index)"))
        }
        var decisions: [AuthZENDecision] = []
        while decisions.count < steps.count {
            let next = steps[decisions.count...].prefix(try await length(of: steps[decisions.count...], semantic))
            for decision in try await settle(next) {
                decisions.append(decision)
                if semantic.ends(after: decision.isAllowed) { return decisions }
            }
        }
        return decisions
    }

    private func step(_ evaluation: Result<Evaluation, EvaluationFault>, at pointer: String) async throws -> Step {
        let question: AccessQuestion
        let isUser: Bool
        do throws(EvaluationFault) {
            let evaluation = try evaluation.get()
            question = try evaluation.question(at: pointer)
            isUser = evaluation.subject.isUser
        } catch {
            return .settled(AuthZENDecision(error))
        }
        let permission = BuiltInPermission.checkAccess.name
        guard try await context.allows(permission, in: question.asked) else {
            let problem = Problem.missingPermission(permission, in: question.asked)
            return .settled(AuthZENDecision(EvaluationFault(status: 403, message: problem.detail)))
        }
        return isUser ? .question(question) : .settled(.unknownSubjectType)
    }

    /// How many of the steps are to be settled together: those up to the one that will end the series, so that nothing is
    /// asked, and recorded, that nobody hears the answer of.
    private func length(of steps: ArraySlice<Step>, _ semantic: EvaluationsSemantic) async throws -> Int {
        guard semantic != .executeAll else { return steps.count }
        let model = try await access.directory.current(since: context.startedAt).model
        let now = context.now
        let last = steps.firstIndex { step in
            switch step {
            case .settled(let decision): semantic.ends(after: decision.isAllowed)
            case .question(let question):
                semantic.ends(
                    after: model.check(
                        question.userID,
                        question.permission,
                        in: AccessScope(place: question.branchID),
                        at: now
                    ).isAllowed
                )
            }
        }
        return last.map { $0 - steps.startIndex + 1 } ?? steps.count
    }

    private func settle(_ steps: ArraySlice<Step>) async throws -> [AuthZENDecision] {
        let questions = steps.compactMap { if case .question(let question) = $0 { question } else { nil } }
        var answers = questions.isEmpty ? [].makeIterator() : try await check(questions).makeIterator()
        return steps.compactMap { step in
            switch step {
            case .settled(let decision): decision
            case .question: answers.next()
            }
        }
    }

    /// The one place where questions become answers, and are taken down.
    private func check(_ questions: [AccessQuestion]) async throws -> [AuthZENDecision] {
        let answer = try await access.checkUserPermissions(questions, context.command())
        return answer.verdicts.map { AuthZENDecision($0, size: answer.size) }
    }
}

extension AccessQuestion {
    /// Where whoever asks it has to be allowed to.
    fileprivate var asked: BranchScope { branchID.map { BranchScope(place: $0) } ?? .institution }
}
