import JSON

/// By what the rows of a table belong to a branch.
package enum BranchKey: Sendable, Hashable {
    /// A column with the branch.
    case branch(column: String)
    /// A column with a role, which belongs to a branch or to the institution.
    case role(column: String)
}

/// A table whose rows belong to branches.
package struct BranchTable: Sendable, Hashable {
    /// By what.
    package var key: BranchKey
    /// The columns that are not shown to everybody who may see the rows.
    package var hidden: Set<String>
}

extension ProjectionDefinition {
    /// The tables whose rows belong to a branch; what auditors.json says.
    package var branchTables: [String: BranchTable] {
        guard let auditors, let root = try? JSONValue(parsing: Array(auditors.utf8)).object else { return [:] }
        var tables: [String: BranchTable] = [:]
        for member in root.members {
            let key: BranchKey
            if let column = member.value["branch"]?.string {
                key = .branch(column: column)
            } else if let column = member.value["role"]?.string {
                key = .role(column: column)
            } else {
                continue
            }
            let hidden = (member.value["hidden"]?.array ?? []).compactMap(\.string)
            tables[member.name] = BranchTable(key: key, hidden: Set(hidden))
        }
        return tables
    }
}
