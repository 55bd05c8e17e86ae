import HashTreeCollections

/// A permission as decisions need it.
package struct Permission: Sendable, Hashable {
    /// The permission's id.
    package var id: String
    /// `resource:action`, unique.
    package var name: String
    /// What it protects, dotted from the wide to the narrow: `students.grades`.
    package var resource: String
    /// What may be done to it.
    package var action: String
    /// What it is for.
    package var description: String?
    /// The version of the permission's stream; nil when not known.
    package var version: Int64
}

/// Every permission there is, each with the index that stands for it in a ``PermissionSet``.
struct PermissionTable: Sendable {
    private(set) var entries: [Permission] = []
    private var byID: TreeDictionary<ExactKey, Int32> = [:]
    private(set) var names = NameTable()
    /// What permissions entail one another.
    private(set) var graph = PermissionGraph()

    func index(id: String) -> Int32? { byID[ExactKey(id)] }

    @inline(__always)
    func index(name: String) -> Int32? { names.find(name) }

    subscript(index: Int32) -> Permission {
        get { entries[Int(index)] }
        set { entries[Int(index)] = newValue }
    }

    /// Adds a permission, and answers its index; what is there already under the same id or name stays as it is.
    mutating func insert(_ permission: Permission) -> Int32? {
        guard byID[ExactKey(permission.id)] == nil, names.find(permission.name) == nil else { return nil }
        let index = Int32(entries.count)
        entries.append(permission)
        byID[ExactKey(permission.id)] = index
        _ = names.intern(permission.name)
        graph.append(resource: permission.resource, action: permission.action)
        return index
    }

    /// Adds that one permission implies another, or takes it away.
    mutating func setImplication(_ permission: Int32, _ implied: Int32, to holds: Bool) {
        if holds { graph.imply(permission, implied) } else { graph.unimply(permission, implied) }
    }
}
