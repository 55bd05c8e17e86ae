package import Caching
package import Institution
import JSON
package import Time

/// What a dashboard is asked for. The route, the strategy and the warming ask the same, and share what is kept.
package struct DashboardQuestion: Sendable {
    /// How many days are told of unless asked otherwise.
    private static let days: Int64 = 30

    /// Nil for all of the institution.
    package let branch: String?
    let first: CalendarDay
    let last: CalendarDay
    let moment: ResourceMoment

    init(branch: String?, first: CalendarDay, last: CalendarDay, moment: ResourceMoment) {
        self.branch = branch
        self.first = first
        self.last = last
        self.moment = moment
    }

    /// What `GET /analytics/dashboard` is asked with a branch alone.
    package init(branch: String, today: CalendarDay) {
        self.init(branch: branch, first: Self.first(before: today), last: today, moment: .now)
    }

    static func first(before last: CalendarDay) -> CalendarDay { last.adding(days: 1 - days) }

    /// What it depends on. Of a moment that is past only what sweeps through everything.
    package var tags: [CacheTag] {
        guard let branch else { return [.subject("analytics")] + (moment == .now ? [.model(Self.model)] : []) }
        let byHand: [CacheTag] = [.subject("analytics", branch), .anySubject("analytics")]
        return moment == .now
            ? byHand + [.modelAnywhere(Self.model), .model(Self.model, branch: branch)] : byHand
    }

    private static var model: String { InstitutionService.analyticsModel }

    /// Its key in namespace `analytics`.
    package func key(_ service: InstitutionService) async throws -> String {
        let place = branch.map { "of \($0)" } ?? "of-all"
        let then = if case .size(let size) = moment { " \(size)" } else { "" }
        return "\(try await service.making()) \(place) \(first.text) \(last.text)\(then)"
    }

    /// Makes its answer, a JSON object.
    package func load(_ service: InstitutionService, atLeast: Int64) async throws -> LoadedValue {
        try await service.hold(atLeast)
        let answer = try await service.dashboard(of: branch, from: first, to: last, at: moment)
        var writer = JSONWriter(reservingCapacity: 4_096)
        answer.dashboard.write(branch: branch, to: &writer)
        return LoadedValue(writer.bytes, size: max(answer.readAt, atLeast))
    }
}

extension InstitutionAccess {
    /// A dashboard: kept, or made; 304 where the client has it.
    func dashboard(_ question: DashboardQuestion, _ context: RequestContext) async throws -> Reply {
        var question = question
        if case .now = question.moment {
        } else {
            // How many events there were then, so that it is no other tomorrow; refuses what lies beyond the log.
            let size = try await service.size(at: question.moment)
            question = DashboardQuestion(
                branch: question.branch,
                first: question.first,
                last: question.last,
                moment: .size(size)
            )
        }
        let (service, asked) = (service, question)
        let bytes: [UInt8]
        let size: Int64
        let holdsAt: Int64
        if let answers, let key = try? answers.cache.key(.analytics, await question.key(service)) {
            let answer = try await answers.cache.value(key, tags: question.tags) { atLeast in
                try await asked.load(service, atLeast: atLeast)
            }
            (bytes, size, holdsAt) = (answer.value.bytes ?? [], answer.value.size, answer.holdsAt)
        } else {
            let loaded = try await question.load(service, atLeast: answers?.seen ?? 0)
            (bytes, size, holdsAt) = (loaded.bytes ?? [], loaded.size, loaded.size)
        }
        let reply = Reply.bytes(bytes, .json)
        if case .size(let then) = question.moment {
            guard let position = Reply.position(ofSize: then) else { return reply }
            return context.conditional(reply, made: position, holdsAt: position)
        }
        guard let made = Reply.position(ofSize: size) else { return reply }
        return context.conditional(reply, made: made, holdsAt: max(made, holdsAt - 1))
    }
}
