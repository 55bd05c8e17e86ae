import JSON

/// By what the rows of a table belong to a branch.
package enum BranchKey: Sendable, Hashable {
    /// A column with the branch.
    case branch(column: String)
    /// A column with a role, which belongs to a branch or to the institution.
    case role(column: String)
}

extension ProjectionDefinition {
    /// The tables whose rows belong to a branch, and by what; what auditors.json says.
    package var branchKeys: [String: BranchKey] {
        guard let auditors, let root = try? JSONValue(parsing: Array(auditors.utf8)).object else { return [:] }
        var keys: [String: BranchKey] = [:]
        for member in root.members {
            if let column = member.value["branch"]?.string {
                keys[member.name] = .branch(column: column)
            } else if let column = member.value["role"]?.string {
                keys[member.name] = .role(column: column)
            }
        }
        return keys
    }
}
