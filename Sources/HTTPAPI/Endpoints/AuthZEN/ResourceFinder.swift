import Access
import Institution
import JSON

/// Something on which the subject of a search may act.
struct FoundResource: Sendable, Hashable {
    let id: String
    /// The branch by which an evaluation of it has to be asked; nil for the institution as a whole.
    let branch: String?
}

/// Finds the resources of a search, of whatever type.
struct ResourceFinder: Sendable {
    let institution: InstitutionService
    let search: ResourceSearch
    let access: AccessSearch

    /// The page at a place. Resources of a type that Daybook does not know are none.
    func find(at place: SearchPlace) async throws -> AccessFindings<FoundResource> {
        guard search.subject.isUser else { return AccessFindings([], size: access.size) }
        switch search.resource.type {
        case AuthZENResource.branch:
            return page(try await branches.map { FoundResource(id: $0, branch: nil) }, at: place)
        case "rbac.roles":
            return page(roles, at: place)
        case "rbac.permissions":
            let ids = isFound(in: search.branch) ? access.model.permissionIDs : []
            return page(ids.map { FoundResource(id: $0, branch: search.branch) }, at: place)
        default:
            return try await known(at: place)
        }
    }

    private func page(_ resources: [FoundResource], at place: SearchPlace) -> AccessFindings<FoundResource> {
        AccessFindings(resources, at: place, size: access.size, key: \.id)
    }

    private var roles: [FoundResource] {
        access.model.roleIDs
            .filter { _, branch in search.branch.map { $0.hasSameBytes(as: branch) } ?? true }
            .filter { _, branch in isFound(in: branch) }
            .map { id, branch in FoundResource(id: id, branch: branch) }
    }

    private var branches: [String] {
        get async throws { try await branches(where: { isFound(in: $0) }) }
    }

    // MARK: What is known of the institution

    private func known(at place: SearchPlace) async throws -> AccessFindings<FoundResource> {
        let prefix = "institution."
        guard search.resource.type.hasPrefix(prefix),
            let resource = Resource.named(String(search.resource.type.dropFirst(prefix.count)))
        else { return AccessFindings([], size: access.size) }
        let isSeen = { (branch: String?) in
            isFound(in: branch) && access.actorHolds(resource.permission, in: AccessScope(place: branch))
        }
        // Where everything is allowed everywhere, the branches need not be named.
        let isEverywhere = search.branch == nil && isSeen(nil) && access.model.branchNames.allSatisfy(isSeen)
        let branches = isEverywhere ? nil : Set(try await branches(where: isSeen))
        if let branches, branches.isEmpty { return AccessFindings([], size: access.size) }

        var query = ResourceQuery()
        let key = resource.key.compactMap(resource.column)
        query.fields = key + [resource.column("branchId")].compactMap { $0 }
        query.limit = max(place.limit, 1)
        query.after = place.after.flatMap { (try? JSONValue(parsing: $0))?.array?.compactMap(\.string) }
        let found = try await institution.list(
            resource,
            query,
            at: place.asOf.map { .size($0) } ?? .now,
            sight: ResourceSight(branches: branches, personal: [])
        )
        guard place.limit > 0 else {
            return AccessFindings([], next: found.rows.isEmpty ? nil : place.after ?? "", size: found.size)
        }
        return AccessFindings(
            found.rows.map { row in
                FoundResource(
                    id: row.prefix(key.count).map(\.idText).joined(separator: ","),
                    branch: row.count > key.count ? row[key.count].idText : nil
                )
            },
            next: found.next.map { place in JSONValue.array(place.map { .string($0) }).text },
            size: found.size
        )
    }

    // MARK: Branches

    /// Whether the subject may do it there, and whoever asks may search there.
    private func isFound(in branch: String?) -> Bool {
        let scope = AccessScope(place: branch)
        return access.reaches(scope)
            && access.model.check(search.subject.id, search.permission, in: scope, at: access.now).isAllowed
    }

    /// The branches, in order, where something holds: of those that access names and, where it may hold in branches that
    /// access does not name, those of the institution.
    private func branches(where holds: (String?) -> Bool) async throws -> [String] {
        if let branch = search.branch { return holds(branch) ? [branch] : [] }
        let others = holds(nil) ? try await opened : []
        return access.model.branches(
            where: search.subject.id,
            holds: search.permission,
            at: access.now,
            among: others
        ).filter { holds($0) }
    }

    /// The branches that were ever opened.
    private var opened: [String] {
        get async throws {
            guard let resource = Resource.named("branches"), let column = resource.column("branchId") else { return [] }
            var query = ResourceQuery()
            query.fields = [column]
            query.limit = 1_000
            var branches: [String] = []
            var moment = ResourceMoment.now
            repeat {
                let page = try await institution.list(
                    resource,
                    query,
                    at: moment,
                    sight: ResourceSight(branches: nil, personal: [])
                )
                branches += page.rows.compactMap { $0.first?.idText }
                query.after = page.next
                moment = .size(page.size)
            } while query.after != nil
            return branches
        }
    }
}

extension ResourceValue {
    /// The value as a part of an id.
    fileprivate var idText: String {
        switch self {
        case .null, .json: ""
        case .text(let text), .number(let text): text
        case .integer(let integer): String(integer)
        case .boolean(let boolean): String(boolean)
        }
    }
}
