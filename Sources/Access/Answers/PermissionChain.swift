/// What a list of permission names comes to.
package struct PermissionChain: Sendable, Hashable {
    /// A permission, and another that makes it what it is.
    package struct Pair: Sendable, Hashable {
        /// The permission.
        package var permission: String
        /// The other.
        package var by: String
    }

    /// Those there are, each once, in their order.
    package var known: [String] = []
    /// Those that are well-formed, but not there.
    package var unknown: [String] = []
    /// Those that are no names of permissions.
    package var malformed: [String] = []
    /// Those that come again.
    package var repeated: [String] = []
    /// What is granted along with them and is not among them.
    package var implied: [String] = []
    /// Those that another covers, so that they could be left out.
    package var redundant: [Pair] = []
    /// Those that are granted, themselves or along with others, and denied by what is to be denied.
    package var conflicts: [Pair] = []

    /// Whether a role could be given exactly these, and would grant them all.
    package var isValid: Bool { unknown.isEmpty && malformed.isEmpty && repeated.isEmpty && conflicts.isEmpty }
}

extension AccessModel {
    /// Sorts names of permissions by what they come to.
    ///
    /// - Parameter denied: what is to be denied beside.
    package func validate(chain names: [String], denied: [String] = []) -> PermissionChain {
        var chain = PermissionChain()
        let granted = sort(names, into: &chain, keepsKnown: true)
        let denials = sort(denied, into: &chain, keepsKnown: false)
        let graph = permissions.graph
        let set = PermissionSet(granted)
        let expanded = graph.expanded(set)
        chain.implied = self.names(expanded.subtracting(set).indices)
        for permission in granted {
            guard let wider = graph.covering(permission).first(where: { set.contains($0) }) else { continue }
            chain.redundant.append(.init(permission: permissions[permission].name, by: permissions[wider].name))
        }
        for denial in denials {
            for hit in graph.denied(PermissionSet([denial])).indices where expanded.contains(hit) {
                chain.conflicts.append(.init(permission: permissions[hit].name, by: permissions[denial].name))
            }
        }
        chain.conflicts.sort { ($0.permission, $0.by) < ($1.permission, $1.by) }
        return chain
    }

    private func sort(_ names: [String], into chain: inout PermissionChain, keepsKnown: Bool) -> [Int32] {
        var found: [Int32] = []
        var seen: Set<ExactKey> = []
        for name in names {
            if !seen.insert(ExactKey(name)).inserted {
                chain.repeated.append(name)
            } else if let index = permissions.index(name: name) {
                found.append(index)
                if keepsKnown { chain.known.append(name) }
            } else if PermissionName(name) == nil {
                chain.malformed.append(name)
            } else {
                chain.unknown.append(name)
            }
        }
        return found
    }
}
