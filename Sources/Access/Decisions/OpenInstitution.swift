import EventStore
import Events
package import OpenSSL
package import Time

/// Brings the log up to what this release needs before anybody can do anything: its permissions, the role templates,
/// and one administrator with a token.
///
/// What an institution changed stays changed: only what was never there is added, and new permissions go to the Admin
/// template, so that somebody holds them and can give them on. An administrator is made only where there is no user
/// at all. All of it is one append, so that no crash leaves it half done.
package struct OpenInstitution: AccessCommand {
    /// Who is to administer.
    package var administrator: String
    /// The public id of the token by which they sign in first; nil for none.
    package var tokenID: String?
    /// The SHA-256 of its secret.
    package var digest: Digest32

    /// What to install.
    package init(administrator: String, tokenID: String?, digest: Digest32) {
        self.administrator = administrator
        self.tokenID = tokenID
        self.digest = digest
    }

    package func decide(
        on model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> AccessPlan {
        guard actor == .system else {
            throw AccessRefusal(
                .forbidden(permission: "", branch: nil),
                "Only Daybook itself installs its permissions."
            )
        }
        let missing = BuiltInPermission.allCases.filter { model.permissions.index(id: $0.name) == nil }
        var appends = missing.map { permission in
            let stream = AccessStream.permission(permission.name)
            return AccessPlan.Append(
                stream: stream,
                expected: model.former(stream),
                branch: RBAC.institutionBranch,
                events: [.permissionCreated(Self.created(permission))]
            )
        }
        let isFirst = RoleTemplate.allCases.allSatisfy { template in
            model.roles.index(id: template.id) == nil && model.former(AccessStream.role(template.id)) == .none
        }
        if isFirst {
            appends += RoleTemplate.allCases.map { Self.definition($0) }
        } else {
            appends.append(model.grantToAdmin(missing.map(\.name)))
            appends += RoleTemplate.later.filter { $0.isNew(to: model) }.map { Self.definition($0) }
        }
        if isFirst, model.identity.userCount == 0, !model.hasAdministrator(at: now) {
            appends += firstAdministrator(in: model)
        }
        return AccessPlan(appends, restsOn: AccessEvent.identityTypes)
    }

    private func firstAdministrator(in model: AccessModel) -> [AccessPlan.Append] {
        let registered = Identity.UserRegistered(userID: administrator, kind: .person)
        let assigned = RBAC.RoleAssigned(
            userID: administrator,
            roleID: RoleTemplate.admin.id,
            branchID: RBAC.institutionBranch
        )
        let registration = AccessPlan.Append(
            stream: AccessStream.user(administrator),
            expected: model.expectedUserVersion(administrator),
            branch: nil,
            events: [.userRegistered(registered), .roleAssigned(assigned)]
        )
        guard let tokenID else { return [registration] }
        let issued = Identity.TokenIssued(
            tokenID: tokenID,
            userID: administrator,
            digest: digest.hex,
            label: "First administrator"
        )
        return [
            registration,
            .init(
                stream: AccessStream.token(tokenID),
                expected: .none,
                branch: nil,
                events: [.tokenIssued(issued)]
            ),
        ]
    }

    private static func created(_ permission: BuiltInPermission) -> RBAC.PermissionCreated {
        let parts = permission.name.split(separator: ":", maxSplits: 1).map(String.init)
        return RBAC.PermissionCreated(
            permissionID: permission.name,
            name: permission.name,
            resource: parts[0],
            action: parts[1],
            description: permission.summary
        )
    }

    private static func definition(_ template: RoleTemplate) -> AccessPlan.Append {
        let defined = RBAC.RoleDefined(
            roleID: template.id,
            branchID: RBAC.institutionBranch,
            name: template.name,
            description: template.summary,
            parentRoleID: template.parent?.id,
            template: true,
            permissionIDs: template.permissions.map(\.name)
        )
        return AccessPlan.Append(
            stream: AccessStream.role(template.id),
            expected: .none,
            branch: RBAC.institutionBranch,
            events: [.roleDefined(defined)]
        )
    }
}
