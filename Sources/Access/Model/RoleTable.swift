import HashTreeCollections

/// Every role there is, and what each grants and denies with all it inherits.
///
/// A role has an index for as long as the model lives; a deleted role leaves its place empty.
struct RoleTable: Sendable {
    private(set) var entries: [Role?] = []
    /// For each role its own permissions, those of all its parents, theirs included, and all that these cover.
    private(set) var closures = ClosureMatrix()
    /// For each role all that it denies, in the same way.
    private(set) var denials = ClosureMatrix()
    /// How many roles deny anything, of themselves or by inheritance.
    private(set) var denyingCount = 0
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

    /// The indices of the roles there are.
    var indices: [Int32] { entries.indices.filter { entries[$0] != nil }.map(Int32.init) }

    /// Whether the role or one that it inherits from was given the permission, or one that covers it.
    @inline(__always)
    func grants(_ role: Int32, _ permission: Int32) -> Bool {
        closures.contains(role: role, permission: permission)
    }

    /// Whether the role or one that it inherits from denies the permission.
    @inline(__always)
    func denies(_ role: Int32, _ permission: Int32) -> Bool {
        denials.contains(role: role, permission: permission)
    }

    func closure(_ index: Int32) -> PermissionSet { closures[index] }

    func denial(_ index: Int32) -> PermissionSet { denials[index] }

    /// Adds a role without parents or permissions, and answers its index.
    mutating func insert(_ role: Role) -> Int32 {
        if let known = byID[ExactKey(role.id)] { return known }
        let index = Int32(entries.count)
        entries.append(role)
        closures.appendRow()
        denials.appendRow()
        byID[ExactKey(role.id)] = index
        byName[BranchName(branch: ExactKey(role.branch), name: ExactKey(role.name))] = index
        return index
    }

    mutating func remove(_ index: Int32, _ graph: PermissionGraph) {
        guard let role = entries[Int(index)] else { return }
        for senior in role.seniors { setParents(of: senior, to: parents(of: senior).filter { $0 != index }, graph) }
        update(index, graph) { role in
            role.own = PermissionSet()
            role.denied = PermissionSet()
        }
        setParents(of: index, to: [], graph)
        byID[ExactKey(role.id)] = nil
        byName[BranchName(branch: ExactKey(role.branch), name: ExactKey(role.name))] = nil
        entries[Int(index)] = nil
    }

    mutating func rename(_ index: Int32, to name: String) {
        guard let role = entries[Int(index)] else { return }
        byName[BranchName(branch: ExactKey(role.branch), name: ExactKey(role.name))] = nil
        byName[BranchName(branch: ExactKey(role.branch), name: ExactKey(name))] = index
        entries[Int(index)]?.name = name
    }

    /// Changes what does not bear on what the role or another grants.
    mutating func setDetails(of index: Int32, _ change: (inout Role) -> Void) {
        guard var role = entries[Int(index)] else { return }
        entries[Int(index)] = nil
        change(&role)
        entries[Int(index)] = role
    }

    mutating func setVersion(_ index: Int32, to version: Int64) {
        entries[Int(index)]?.version = version
    }

    /// Changes what a role grants or denies of itself.
    mutating func update(_ index: Int32, _ graph: PermissionGraph, _ change: (inout Role) -> Void) {
        setDetails(of: index, change)
        recompile(from: [index], graph)
    }

    func parents(of index: Int32) -> [Int32] { entries[Int(index)]?.parents ?? [] }

    mutating func setParents(of index: Int32, to parents: [Int32], _ graph: PermissionGraph) {
        for old in self.parents(of: index) { entries[Int(old)]?.seniors.removeAll { $0 == index } }
        entries[Int(index)]?.parents = parents
        for new in parents { entries[Int(new)]?.seniors.append(index) }
        recompile(from: [index], graph)
    }

    /// Whether `role` is `ancestor` or inherits from it, at any remove.
    func inherits(_ role: Int32, from ancestor: Int32) -> Bool { lineage(of: role).contains(ancestor) }

    /// The role and all that it inherits from, the nearest first.
    func lineage(of role: Int32) -> [Int32] {
        var found = [role]
        var seen: Set<Int32> = [role]
        var next = 0
        while next < found.count {
            for parent in parents(of: found[next]) where seen.insert(parent).inserted { found.append(parent) }
            next += 1
        }
        return found
    }

    /// Settles again what roles grant and deny to which new permissions or implications are of consequence.
    mutating func recompile(whereGranting permissions: [Int32], _ graph: PermissionGraph) {
        let touched = indices.filter { role in
            denyingCount > 0 || permissions.contains { grants(role, $0) }
        }
        recompile(from: touched, graph)
    }

    /// Settles again what all roles grant and deny.
    mutating func recompileAll(_ graph: PermissionGraph) {
        for index in indices {
            closures[index] = PermissionSet()
            denials[index] = PermissionSet()
        }
        denyingCount = 0
        recompile(from: indices, graph)
    }

    /// Settles again what some roles grant and deny and, where that changed, what their seniors do.
    private mutating func recompile(from indices: [Int32], _ graph: PermissionGraph) {
        var waiting = indices
        while let next = waiting.popLast() {
            guard let role = entries[Int(next)] else { continue }
            var closure = graph.expanded(role.own)
            var denial = role.denied.isEmpty ? PermissionSet() : graph.denied(role.denied)
            for parent in role.parents {
                closure.formUnion(closures[parent])
                if denyingCount > 0 { denial.formUnion(denials[parent]) }
            }
            let former = denials[next]
            guard closure != closures[next] || denial != former else { continue }
            if denial.isEmpty != former.isEmpty { denyingCount += denial.isEmpty ? -1 : 1 }
            closures[next] = closure
            denials[next] = denial
            waiting.append(contentsOf: role.seniors)
        }
    }
}
