import HashTreeCollections

/// What permissions entail one another.
///
/// A permission *covers* another when whoever is granted it is granted the other with it. That follows from the names
/// (`students:write` covers `students:read` and `students.grades:write`, and so `students.grades:read`) and from
/// implications that were added, and it is transitive. Kept closed at each change, so that nobody who asks walks it.
///
/// A denial reaches the other way: whoever is denied `students:read` is denied whatever is within (`students.grades:read`)
/// and whatever includes it (`students:write`, and permissions that imply it), for none of these could be exercised
/// without it. To deny `students:write` leaves `students:read` alone, and to deny `students.grades:read` the rest of
/// `students`.
struct PermissionGraph: Sendable {
    private struct Node: Sendable {
        var resource: String
        var action: String
        /// By implications that were added, directly.
        var implied: [Int32] = []
        var impliers: [Int32] = []
        /// All that it covers, and all that cover it, itself not among them.
        var covered: [Int32] = []
        var covering: [Int32] = []
    }

    private var nodes: [Node] = []
    private var byResource: TreeDictionary<ExactKey, [Int32]> = [:]
    /// For each resource the permissions of it and of all that is within it.
    private var within: TreeDictionary<ExactKey, [Int32]> = [:]

    /// What a permission covers beside itself.
    func covered(by permission: Int32) -> [Int32] { nodes[Int(permission)].covered }

    /// What covers a permission, beside itself.
    func covering(_ permission: Int32) -> [Int32] { nodes[Int(permission)].covering }

    /// What a permission implies directly, by what was added.
    func implied(by permission: Int32) -> [Int32] { nodes[Int(permission)].implied }

    /// A set with all that its members cover.
    func expanded(_ set: PermissionSet) -> PermissionSet {
        var all = set
        for member in set.indices {
            for other in nodes[Int(member)].covered { all.insert(other) }
        }
        return all
    }

    /// All that is denied along with the members of a set.
    func denied(_ set: PermissionSet) -> PermissionSet {
        var all = set
        var waiting = set.indices
        while let next = waiting.popLast() {
            let node = nodes[Int(next)]
            let narrower = (within[ExactKey(node.resource)] ?? [])
                .filter { OrderedAction.includes(nodes[Int($0)].action, node.action) }
            for other in narrower + node.impliers where !all.contains(other) {
                all.insert(other)
                waiting.append(other)
            }
        }
        return all
    }

    /// The permissions there are by whose names whoever is granted one of them is granted this one, there or not.
    func entailing(resource: String, action: String) -> [Int32] {
        named(around: resource) { OrderedAction.includes($0, action) }
    }

    /// The permissions there are by whose names whoever is denied one of them is denied this one, there or not.
    func refusing(resource: String, action: String) -> [Int32] {
        named(around: resource) { OrderedAction.includes(action, $0) }
    }

    private func named(around resource: String, _ matches: (String) -> Bool) -> [Int32] {
        ResourcePath.enclosing(resource).flatMap { enclosing in
            (byResource[ExactKey(enclosing)] ?? []).filter { matches(nodes[Int($0)].action) }
        }
    }

    /// Adds the permission with the next index.
    mutating func append(resource: String, action: String) {
        let index = Int32(nodes.count)
        let wider = entailing(resource: resource, action: action)
        let narrower = (within[ExactKey(resource)] ?? []).filter {
            OrderedAction.includes(action, nodes[Int($0)].action)
        }
        nodes.append(Node(resource: resource, action: action))
        byResource[ExactKey(resource), default: []].append(index)
        for enclosing in ResourcePath.enclosing(resource) { within[ExactKey(enclosing), default: []].append(index) }
        for other in wider { close(from: other, to: index) }
        for other in narrower { close(from: index, to: other) }
    }

    /// Adds that one permission implies another.
    mutating func imply(_ permission: Int32, _ other: Int32) {
        guard permission != other, !nodes[Int(permission)].implied.contains(other) else { return }
        nodes[Int(permission)].implied.append(other)
        nodes[Int(other)].impliers.append(permission)
        close(from: permission, to: other)
    }

    /// Takes away that one permission implies another.
    mutating func unimply(_ permission: Int32, _ other: Int32) {
        nodes[Int(permission)].implied.removeAll { $0 == other }
        nodes[Int(other)].impliers.removeAll { $0 == permission }
        // What was closed over it cannot be told apart from the rest, so all is closed anew.
        let old = nodes
        nodes = []
        byResource = [:]
        within = [:]
        for node in old { append(resource: node.resource, action: node.action) }
        for (index, node) in old.enumerated() {
            for other in node.implied { imply(Int32(index), other) }
        }
    }

    /// Takes in that one covers another: all that cover the one cover all that the other covers.
    private mutating func close(from one: Int32, to other: Int32) {
        let above = nodes[Int(one)].covering + [one]
        let below = nodes[Int(other)].covered + [other]
        for upper in above {
            var covered = Set(nodes[Int(upper)].covered)
            for lower in below where lower != upper && covered.insert(lower).inserted {
                nodes[Int(upper)].covered.append(lower)
                nodes[Int(lower)].covering.append(upper)
            }
        }
    }
}
