package import Time

/// The questions of ``check(_:_:in:at:)`` asked the other way round: who may, what may somebody do, and where.
///
/// Each takes candidates from what was assigned and asks `check` about every one of them, so that a search says nothing
/// that a check would not. Everything is in the order of the bytes of its ids.
extension AccessModel {
    /// The users who have a permission, those behind `cursor`, as many as `limit` allows.
    package func subjects(
        holding permission: String,
        in scope: AccessScope,
        at now: Timestamp,
        after cursor: String? = nil,
        limit: Int
    ) -> [String] {
        guard limit > 0 else { return [] }
        let granting = granting(permission)
        var first = FirstTexts(limit: limit)
        for role in roles.indices where granting.contains(where: { roles.grants(role, $0) }) {
            for hash in holders[role] ?? [] {
                users.forEach(hash: hash) { key, _ in
                    if let cursor, !cursor.precedesByBytes(key.text) { return }
                    first.offer(key.text) { check(key.text, permission, in: scope, at: now).isAllowed }
                }
            }
        }
        return first.found
    }

    /// The permissions that a user has, or has in a session, of those there are.
    package func permissions(
        of user: String,
        in scope: AccessScope,
        at now: Timestamp,
        session: String? = nil
    ) -> [Permission] {
        permissions.entries
            .filter { check(user, $0.name, in: scope, at: now, session: session).isAllowed }
            .sorted { $0.name.precedesByBytes($1.name) }
    }

    /// What a user may do to a resource, whether there are permissions for just that or others cover it.
    ///
    /// Nothing else is ever allowed than what some permission's action is, or what comes before it in the order of actions.
    package func actions(of user: String, on resource: String, in scope: AccessScope, at now: Timestamp) -> [String] {
        Set(permissions.entries.map { ExactKey($0.action) } + OrderedAction.allCases.map { ExactKey($0.rawValue) })
            .map(\.text)
            .filter { check(user, "\(resource):\($0)", in: scope, at: now).isAllowed }
            .sorted { $0.precedesByBytes($1) }
    }

    /// The branches in which a user has a permission, among those that roles or assignments name and `others`.
    package func branches(
        where user: String,
        holds permission: String,
        at now: Timestamp,
        among others: [String] = []
    ) -> [String] {
        Set((branchNames + others).map(ExactKey.init)).map(\.text)
            .filter { check(user, permission, in: .branch($0), at: now).isAllowed }
            .sorted { $0.precedesByBytes($1) }
    }

    /// The branches that roles or assignments name or once named, the institution as a whole not among them.
    package var branchNames: [String] { Array(branches.names.names.dropFirst()) }

    /// A role and all that inherit from it, at any remove.
    func roleIDs(inheriting id: String) -> [String] {
        guard let role = roles.index(id: id) else { return [] }
        return roles.indices.filter { roles.inherits($0, from: role) }.compactMap { roles[$0]?.id }
    }

    /// All roles with the branches that they belong to.
    package var roleIDs: [(id: String, branch: String)] {
        roles.entries.compactMap { role in role.map { (id: $0.id, branch: $0.branch) } }
            .sorted { $0.id.precedesByBytes($1.id) }
    }

    /// The ids of all permissions.
    package var permissionIDs: [String] {
        permissions.entries.map(\.id).sorted { $0.precedesByBytes($1) }
    }
}

extension String {
    /// Whether it comes first in the order of bytes, which is PostgreSQL's order under collation "C".
    package func precedesByBytes(_ other: String) -> Bool {
        utf8.lexicographicallyPrecedes(other.utf8)
    }
}

/// The first few of very many texts in the order of bytes, each once, found without keeping the others.
private struct FirstTexts {
    private let limit: Int
    private var kept: [String] = []
    /// What does not come before this is not among the first.
    private var bound: String?

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes a text into account, if `isWanted`; asked only of those that could be among the first.
    mutating func offer(_ text: String, if isWanted: () -> Bool) {
        if let bound, !text.precedesByBytes(bound) { return }
        guard isWanted() else { return }
        kept.append(text)
        if kept.count / 2 - 32 >= limit { trim() }
    }

    /// The first of those that were offered.
    var found: [String] {
        mutating get {
            trim()
            return kept
        }
    }

    private mutating func trim() {
        kept.sort { $0.precedesByBytes($1) }
        var first: [String] = []
        for text in kept where first.count < limit {
            if first.last.map({ ExactKey.same($0, text) }) != true { first.append(text) }
        }
        kept = first
        if kept.count == limit { bound = kept.last }
    }
}
