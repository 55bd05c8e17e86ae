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
    /// The permissions that this very role denies.
    var denied = PermissionSet()
    /// What it takes to be given it.
    var requirements = RoleRequirements()
    /// The template that it was made from, and what that granted when the role last took it over.
    var origin: TemplateOrigin?
}

/// What it takes to be given a role, beside somebody who may give it.
package struct RoleRequirements: Sendable, Hashable {
    /// How many users may have the role; nil for any number.
    package var maximumHolders: Int?
    /// The roles that a user has to have in the same place first, by id.
    package var prerequisiteRoleIDs: [String] = []

    /// Requirements; by default none.
    package init(maximumHolders: Int? = nil, prerequisiteRoleIDs: [String] = []) {
        self.maximumHolders = maximumHolders
        self.prerequisiteRoleIDs = prerequisiteRoleIDs
    }
}

/// Where a role comes from.
struct TemplateOrigin: Sendable, Hashable {
    /// The template's id.
    var roleID: String
    /// The permissions that the template granted of itself when they were last taken over, by id.
    var permissionIDs: [String]
}

extension PermissionSet: Hashable {
    /// Hashes the members.
    package func hash(into hasher: inout Hasher) { hasher.combine(indices) }
}
