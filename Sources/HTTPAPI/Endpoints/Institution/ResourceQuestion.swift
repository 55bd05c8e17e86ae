import Caching
import Institution
import OpenSSL

/// A read of the institution, as far as it decides on what its answer depends on.
struct ResourceQuestion: Sendable {
    /// More branches than this are not named one by one.
    private static let branchesNamed = 12

    let resource: Resource
    let filters: [ResourceQuery.Filter]
    let moment: ResourceMoment
    let sight: ResourceSight
    /// The one thing that is asked for.
    let id: String?

    init(
        _ resource: Resource,
        _ filters: [ResourceQuery.Filter],
        _ moment: ResourceMoment,
        _ sight: ResourceSight,
        id: String? = nil
    ) {
        self.resource = resource
        self.filters = filters
        self.moment = moment
        self.sight = sight
        self.id = id
    }

    /// What the answer depends on. Of a moment that is past only erasures change it, and those change everything.
    var tags: [CacheTag] {
        // Invalidated by hand: lists with whichever of their things, single things alone.
        let byHand: [CacheTag] =
            id.map { [.subject(resource.name, $0), .anySubject(resource.name)] } ?? [.subject(resource.name)]
        guard moment == .now else { return byHand }
        guard let branches, branches.count <= Self.branchesNamed else { return byHand + [.model(resource.readModel)] }
        return byHand + [.modelAnywhere(resource.readModel)]
            + branches.sorted().map { .model(resource.readModel, branch: $0) }
    }

    /// The branches whose things are asked for; nil for all.
    private var branches: Set<String>? {
        let named = filters.compactMap { filter -> String? in
            guard filter.column.name == "branchId", filter.relation == .equal, case .text(let branch) = filter.value
            else { return nil }
            return branch
        }
        if let branch = named.first { return [branch] }
        return sight.branches
    }

    /// A code of what the reader sees; nil for a reader who sees everything.
    var variant: String? {
        guard sight.branches != nil || sight.personal != nil else { return nil }
        func text(_ branches: Set<String>?) -> String {
            // No id holds a control character.
            branches.map { "some\u{1}" + $0.sorted().joined(separator: "\u{1}") } ?? "all"
        }
        let digest = SHA256.hash("\(text(sight.branches))\u{2}\(text(sight.personal))").bytes
        return Base64.encode(Array(digest.prefix(18)), .urlSafe)
    }
}

/// What was read for a question.
struct ResourceAnswer: Sendable {
    /// Nil where there is nothing to show.
    var reply: Reply?
    /// How many events the read model held.
    var readAt: Int64
}

extension InstitutionAccess {
    /// How long a read waits for its read model to hold what this server has told of.
    private static let patience = Duration.milliseconds(100)

    /// The answer to a question: kept, or read by `read`; 304 where the client has it.
    func answer(
        _ question: ResourceQuestion,
        _ context: RequestContext,
        read: @escaping @Sendable (ResourceMoment) async throws -> ResourceAnswer
    ) async throws -> Reply {
        // A time is made a number of events first, so that it is no other tomorrow.
        let moment =
            if answers != nil, case .time(let time) = question.moment {
                ResourceMoment.size(try await service.size(at: time))
            } else { question.moment }
        let variant = question.variant
        var reach = "\(service.making(of: question.resource)) \(variant ?? "all")"
        if case .size(let size) = moment { reach += " \(size)" }
        let service = service
        let kept = try await answers?.answer(.institution, reach: reach, tags: question.tags, context) { atLeast in
            if moment == .now, atLeast > 0 {
                await service.settle(question.resource, toHold: atLeast, within: Self.patience)
            }
            let answer = try await read(moment)
            return CachedAnswers.Made(reply: answer.reply, size: answer.readAt)
        }
        let found: Reply?
        if let kept { found = kept.reply } else { found = try await read(moment).reply }
        guard var reply = found else { throw Problem.notFound(question.resource.title, question.id ?? "") }
        guard let made = reply.position else { return reply }
        // Of now, it is known to hold as far as the log was followed; of the past, it is of that moment for good.
        let position = moment == .now ? max(made, (kept?.holdsAt ?? 0) - 1) : made
        let version = EntityVersion(made, variant: variant)
        if let unchanged = context.notModified(version, at: position) { return unchanged }
        reply.position = position
        reply.version = version
        return reply
    }
}
