/// Where somebody may do what, at a moment: asked by name of a permission.
package struct ExportRights: Sendable {
    private let reach: @Sendable (String) -> Set<String>?
    /// The roles that alone count, because a session was asked in; nil where all do. What is asked for is made with these.
    package let roles: [String]?

    /// Rights of somebody.
    ///
    /// - Parameter reach: the branches in which they hold a permission; nil for the institution as a whole.
    package init(roles: [String]? = nil, _ reach: @escaping @Sendable (String) -> Set<String>?) {
        self.roles = roles
        self.reach = reach
    }

    /// Everything, everywhere: whoever has the machine has the database.
    package static let all = ExportRights { _ in nil }

    /// The branches in which a permission is held; nil for the institution as a whole.
    package func branches(_ permission: String) -> Set<String>? { reach(permission) }

    /// Whether a permission is held in all these branches; nil for the institution as a whole.
    package func cover(_ permission: String, _ branches: Set<String>?) -> Bool {
        guard let held = reach(permission) else { return true }
        return branches.map { $0.isSubset(of: held) } ?? false
    }

    /// Whether a permission is held in a branch, or in the institution where it is of none.
    package func holds(_ permission: String, in branch: String?) -> Bool {
        guard let held = reach(permission) else { return true }
        return branch.map { held.contains($0) } ?? false
    }

    /// The same rights, where a further permission is held as well.
    func limited(to further: String) -> ExportRights {
        guard let limit = branches(further) else { return self }
        return ExportRights(roles: roles) { permission in
            self.branches(permission).map { $0.intersection(limit) } ?? limit
        }
    }
}

/// Knows the rights of people as they are now: the seam between exports and access.
package protocol ExportAuthority: Sendable {
    /// The rights of a user now.
    ///
    /// - Parameter roles: the roles that alone count; nil where all do.
    func rights(of user: String, roles: [String]?) async throws -> ExportRights
}
