import Access
import HTTPAPI

extension ConsoleSite {
    /// `GET /console/access/roles/{roleId}`: one role, what it grants and from where, and who has it.
    var rolePage: Endpoint {
        let permission = BuiltInPermission.readRoles
        return Endpoint(
            .get,
            "/console/access/roles/{roleId}",
            "Show a role",
            tag: "console",
            access: .permission(permission.name, in: .decidedByHandler),
            mayBeKept: false,
            inputs: Path("roleId", .identifier, "The role."),
            RequestHead(),
            outputs: .page,
            problems: .notFound,
            .unavailable
        ) { [self] context, id, head in
            try await context.leaveDecision(permission)
            let moment = accessMoment(head)
            let role = try await parts.access.getRoleById(id, asOf: moment)
            try await context.requireReading(of: role.value)
            let granted = try await parts.access.getPermissionsByRole(id, asOf: .position(role.size - 1)).value
            var values = Self.values(role.value, granted)
            if try await context.allows(BuiltInPermission.readUserRoles.name, in: .anywhere) {
                let time = try await time(head, context)
                let holders = try await parts.access.getRoleUsers(
                    id,
                    branches: try await Endpoint.readable(nil, parts.access, context),
                    asOf: moment,
                    limit: Self.holdersShown + 1
                ).value
                values["mayReadHolders"] = true
                values["hasHolders"] = !holders.isEmpty
                values["holders"] = holders.prefix(Self.holdersShown).map { GrantLine($0, at: time).values }
                values["isCut"] = holders.count > Self.holdersShown
            }
            return try await accessPage("role", values, at: "roles", context, head)
        }
    }

    private static let holdersShown = 200

    private static func values(_ role: RoleRecord, _ granted: [RolePermissionRecord]) -> [String: Any] {
        func links(_ roles: [String]) -> [[String: Any]] { roles.map { ["id": $0, "path": ConsolePaths.role($0)] } }
        return [
            "id": role.id, "name": role.name, "branch": role.branchID,
            "description": role.description.map { $0 as Any } ?? false,
            "parents": links(role.parentRoleIDs), "hasParents": !role.parentRoleIDs.isEmpty,
            "prerequisites": links(role.requirements.prerequisiteRoleIDs),
            "hasPrerequisites": !role.requirements.prerequisiteRoleIDs.isEmpty,
            "maximum": role.requirements.maximumHolders.map { String($0) as Any } ?? false,
            "template": role.templateRoleID.map { ["id": $0, "path": ConsolePaths.role($0)] as Any } ?? false,
            "made": MomentText.words(role.createdAt), "maker": role.createdBy,
            "denied": role.deniedPermissionIDs, "hasDenied": !role.deniedPermissionIDs.isEmpty,
            "grantedCount": String(granted.count),
            "granted": granted.map { permission in
                [
                    "permission": permission.name,
                    "isOwn": permission.isOwn,
                    "from": permission.fromRoleID,
                    "fromPath": ConsolePaths.role(permission.fromRoleID),
                    "since": MomentText.words(permission.assignedAt), "by": permission.assignedBy,
                    "who": ConsolePaths.page(
                        "\(ConsolePaths.access)/who",
                        [("permission", permission.name), ("branch", role.branchID)]
                    ),
                ] as [String: Any]
            },
            "history": ConsolePaths.page(ConsolePaths.history, [("resource", "role"), ("resourceId", role.id)]),
        ]
    }
}
