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
        let tags = byHand + [.modelOtherwise(resource.readModel)]
        if let id, resource.isThing { return tags + resource.things.map { .thing($0.stream([id])) } }
        let kinds = resource.things.map(\.rawValue).sorted()
        guard let branches, branches.count <= Self.branchesNamed else { return tags + kinds.map { .things($0) } }
        return tags
            + kinds.flatMap { kind in
                [.thingsAnywhere(kind)] + branches.sorted().map { .things(kind, branch: $0) }
            }
    }

    /// The branches whose things are asked for; nil for all.
    private var branches: Set<String>? { branch.map { [$0] } ?? sight.branches }

    /// The one branch whose things are asked for.
    private var branch: String? {
        filters.lazy.compactMap { filter -> String? in
            guard filter.column.name == "branchId", filter.relation == .equal, case .text(let branch) = filter.value
            else { return nil }
            return branch
        }.first
    }

    /// The same question, of a reader who sees only what bears on it: whoever sees all of a branch gets the same answer about
    /// it, whatever else each of them sees.
    var narrowed: ResourceQuestion {
        guard let branch, sight.branches?.contains(branch) ?? true else { return self }
        let seesPersonal = sight.personal?.contains(branch) ?? true
        let narrow = ResourceSight(branches: nil, personal: seesPersonal ? nil : [])
        return ResourceQuestion(resource, filters, moment, narrow, id: id)
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
