import HashTreeCollections

/// A role as decisions need it.
package struct Role: Sendable, Hashable {
    /// The role's id.
    package var id: String
    /// The branch it belongs to, or ``RBAC/institutionBranch``.
    package var branch: String
    /// Unique in its branch.
    package var name: String
    /// What it is for.
    package var description: String?
    /// Whether it was installed as a template.
    package var isTemplate: Bool
    /// The version of the role's stream.
    package var version: Int64
    /// The juniors whose permissions this role has besides its own.
    var parents: [Int32] = []
    /// The roles that name this one as a parent.
    var seniors: [Int32] = []
    /// The permissions assigned to this very role.
    var own = PermissionSet()
}

extension PermissionSet: Hashable {
    /// Hashes the members.
    package func hash(into hasher: inout Hasher) { hasher.combine(indices) }
}

/// Every role there is, and what each grants with all it inherits.
///
/// A role has an index for as long as the model lives; a deleted role leaves its place empty.
struct RoleTable: Sendable {
    private(set) var entries: [Role?] = []
    /// For each role its own permissions and those of all its parents, theirs included.
    private(set) var closures = ClosureMatrix()
    private var byID: TreeDictionary<ExactKey, Int32> = [:]
    private var byName: TreeDictionary<BranchName, Int32> = [:]

    private struct BranchName: Hashable, Sendable {
        var branch: ExactKey
        var name: ExactKey
    }

    func index(id: String) -> Int32? { byID[ExactKey(id)] }

    func index(branch: String, name: String) -> Int32? {
        byName[BranchName(branch: ExactKey(branch), name: ExactKey(name))]
    }

    subscript(index: Int32) -> Role? { entries[Int(index)] }

    /// Whether the role or one that it inherits from was given the permission.
    @inline(__always)
    func grants(_ role: Int32, _ permission: Int32) -> Bool {
        closures.contains(role: role, permission: permission)
    }

    func closure(_ index: Int32) -> PermissionSet { closures[index] }

    /// Adds a role without parents or permissions, and answers its index.
    mutating func insert(_ role: Role) -> Int32 {
        if let known = byID[ExactKey(role.id)] { return known }
        let index = Int32(entries.count)
        entries.append(role)
        closures.appendRow()
        closures[index] = role.own
        byID[ExactKey(role.id)] = index
        byName[BranchName(branch: ExactKey(role.branch), name: ExactKey(role.name))] = index
        return index
    }

    mutating func remove(_ index: Int32) {
        guard let role = entries[Int(index)] else { return }
        for senior in role.seniors { setParents(of: senior, to: parents(of: senior).filter { $0 != index }) }
        setParents(of: index, to: [])
        byID[ExactKey(role.id)] = nil
        byName[BranchName(branch: ExactKey(role.branch), name: ExactKey(role.name))] = nil
        entries[Int(index)] = nil
        closures[index] = PermissionSet()
    }

    mutating func rename(_ index: Int32, to name: String) {
        guard let role = entries[Int(index)] else { return }
        byName[BranchName(branch: ExactKey(role.branch), name: ExactKey(role.name))] = nil
        byName[BranchName(branch: ExactKey(role.branch), name: ExactKey(name))] = index
        entries[Int(index)]?.name = name
    }

    mutating func setDescription(_ index: Int32, to description: String?) {
        entries[Int(index)]?.description = description
    }

    mutating func setVersion(_ index: Int32, to version: Int64) {
        entries[Int(index)]?.version = version
    }

    mutating func assign(_ permission: Int32, to index: Int32) {
        entries[Int(index)]?.own.insert(permission)
        recompile(from: index)
    }

    mutating func assign(_ permissions: [Int32], to index: Int32) {
        for permission in permissions { entries[Int(index)]?.own.insert(permission) }
        recompile(from: index)
    }

    mutating func revoke(_ permission: Int32, from index: Int32) {
        entries[Int(index)]?.own.remove(permission)
        recompile(from: index)
    }

    func parents(of index: Int32) -> [Int32] { entries[Int(index)]?.parents ?? [] }

    mutating func setParents(of index: Int32, to parents: [Int32]) {
        for old in self.parents(of: index) { entries[Int(old)]?.seniors.removeAll { $0 == index } }
        entries[Int(index)]?.parents = parents
        for new in parents { entries[Int(new)]?.seniors.append(index) }
        recompile(from: index)
    }

    /// Whether `role` is `ancestor` or inherits from it, at any remove.
    func inherits(_ role: Int32, from ancestor: Int32) -> Bool {
        var waiting = [role]
        var seen: Set<Int32> = []
        while let next = waiting.popLast() {
            if next == ancestor { return true }
            if seen.insert(next).inserted { waiting.append(contentsOf: parents(of: next)) }
        }
        return false
    }

    /// Settles again what a role grants and, where that changed, what its seniors do.
    private mutating func recompile(from index: Int32) {
        var waiting = [index]
        while let next = waiting.popLast() {
            guard let role = entries[Int(next)] else { continue }
            var closure = role.own
            for parent in role.parents { closure.formUnion(closures[parent]) }
            guard closure != closures[next] else { continue }
            closures[next] = closure
            waiting.append(contentsOf: role.seniors)
        }
    }
}
