import Events
import Postgres

/// A role as the read model has it, told as the events that would make it.
struct LoadedRole {
    /// The role with what it grants of itself.
    let definition: RBAC.RoleDefined
    /// What makes it what it is once all roles are there.
    let further: [AccessEvent]

    init(_ row: PostgresRow) throws {
        let id = try row.decode("role_id", as: String.self)
        let branch = try row.decode("branch_id", as: String.self)
        definition = RBAC.RoleDefined(
            roleID: id,
            branchID: branch,
            name: try row.decode("name", as: String.self),
            description: try row.decode("description", as: String?.self),
            template: try row.decode("template", as: Bool.self),
            permissionIDs: try row.decode("permission_ids", as: [String].self)
        )
        var further = try row.decode("parent_role_ids", as: [String].self).map { parent in
            AccessEvent.inheritanceAdded(.init(roleID: id, branchID: branch, parentRoleID: parent))
        }
        further += try row.decode("denied_permission_ids", as: [String].self).map { permission in
            .permissionDenied(.init(roleID: id, permissionID: permission))
        }
        if let prerequisites = try row.decode("prerequisite_role_ids", as: [String]?.self) {
            let limit = try row.decode("maximum_holders", as: Int64?.self)
            further.append(
                .requirementsSet(
                    .init(roleID: id, branchID: branch, maximumHolders: limit, prerequisiteRoleIDs: prerequisites)
                )
            )
        }
        if let template = try row.decode("template_role_id", as: String?.self) {
            let base = try row.decode("template_permission_ids", as: [String]?.self) ?? []
            further.append(
                .templateAdopted(
                    .init(roleID: id, branchID: branch, templateRoleID: template, permissionIDs: base)
                )
            )
        }
        self.further = further
    }
}
