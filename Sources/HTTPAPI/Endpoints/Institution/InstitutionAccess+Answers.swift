import Caching
import HTTPTypes
import Institution

/// What was read for a question.
struct ResourceAnswer: Sendable {
    /// Nil where there is nothing to show.
    var reply: Reply?
    /// How many events the read model held.
    var readAt: Int64
}

extension InstitutionAccess {
    /// Reads as of a moment what a reader sees.
    typealias Read = @Sendable (ResourceMoment, ResourceSight) async throws -> ResourceAnswer

    /// The answer to a question: kept, or read by `read`; 304 where the client has it; 404 where nothing is there.
    func answer(_ question: ResourceQuestion, _ context: RequestContext, read: @escaping Read) async throws -> Reply {
        let found = try await find(question, context.form, read: read)
        guard let reply = found.reply else { throw nothing(question, holdsAt: found.holdsAt) }
        guard let made = reply.position else { return reply }
        // Of now, it is known to hold as far as the log was followed; of the past, it is of that moment for good.
        let position = question.moment == .now ? max(made, found.holdsAt - 1) : made
        return context.conditional(reply, made: made, holdsAt: position)
    }

    /// Of now, it names the position up to which that is known, like any answer; of the past, the client named the moment.
    private func nothing(_ question: ResourceQuestion, holdsAt size: Int64) -> Problem {
        var problem = Problem.notFound(question.resource.title, question.id ?? "")
        guard question.moment == .now, let position = Reply.position(ofSize: size) else { return problem }
        // Told so far, nothing older is to be told after it.
        answers?.cache.horizon.saw(size)
        problem.headers.append(HTTPField(name: .position, value: String(position)))
        return problem
    }

    /// The answer to a question asked in a form, whoever asks, no older than what this server has told.
    func find(
        _ question: ResourceQuestion,
        _ form: AnswerForm,
        read: @escaping Read
    ) async throws -> CachedAnswers.Kept {
        let question = question.narrowed
        // A time is made a number of events first, so that it is no other tomorrow.
        let moment =
            if answers != nil, case .time(let time) = question.moment {
                ResourceMoment.size(try await service.size(at: time))
            } else { question.moment }
        let (service, model, sight) = (service, question.resource.readModel, question.sight)
        let make: @Sendable (Int64) async throws -> CachedAnswers.Made = { atLeast in
            try await service.hold(atLeast, in: model)
            let answer = try await read(moment, sight)
            // Of what lies between, if anything, the read model takes no notice.
            return CachedAnswers.Made(reply: answer.reply, size: max(answer.readAt, atLeast))
        }
        if let answers, answers.cache.isOn {
            var reach = "\(try await service.making(of: model)) \(question.variant ?? "all")"
            if case .size(let size) = moment { reach += " \(size)" }
            let kept = try await answers.answer(.institution, reach: reach, tags: question.tags, form, make: make)
            if let kept { return kept }
        }
        let made = try await make(answers?.seen ?? 0)
        return CachedAnswers.Kept(reply: made.reply, holdsAt: made.size)
    }
}
