import Access
import Events
import Testing
import Time

/// Given events, when a command is decided, then events or a refusal.
struct Scenario {
    static let now = Timestamp(microseconds: 1_800_000_000_000_000)

    var model = AccessModel()
    private var versions: [String: Int64] = [:]

    /// What was recorded when the institution opened: permissions, templates and one administrator, `root`.
    static func opened() -> Scenario {
        var scenario = Scenario()
        for permission in BuiltInPermission.allCases {
            scenario.given(.createPermission(permission.name))
        }
        for template in RoleTemplate.allCases {
            scenario.given(
                .roleDefined(
                    RBAC.RoleDefined(
                        roleID: template.id,
                        branchID: RBAC.institutionBranch,
                        name: template.name,
                        parentRoleID: template.parent?.id,
                        template: true,
                        permissionIDs: template.permissions.map(\.name)
                    )
                )
            )
        }
        scenario.given(.assign("root", "admin"))
        return scenario
    }

    mutating func given(_ events: AccessEvent...) {
        for event in events {
            let stream = event.stream
            let version = (versions[stream] ?? -1) + 1
            versions[stream] = version
            model.apply(event, version: version)
        }
    }

    /// The events that a command becomes; a refusal fails the test.
    func when(
        _ command: some AccessCommand,
        by actor: AccessActor = .user("root"),
        at now: Timestamp = now
    ) throws -> AccessPlan {
        try command.decide(on: model, by: actor, at: now)
    }

    /// The reason for which a command is refused.
    func refusal(
        of command: some AccessCommand,
        by actor: AccessActor = .user("root"),
        at now: Timestamp = now
    ) throws -> AccessRefusal.Code {
        do throws(AccessRefusal) {
            let plan = try command.decide(on: model, by: actor, at: now)
            Issue.record("It was allowed: \(plan.events)")
            return .contended
        } catch {
            return error.code
        }
    }

    /// Decides and applies, as the service does.
    mutating func carryOut(_ command: some AccessCommand, by actor: AccessActor = .user("root")) throws {
        for event in try command.decide(on: model, by: actor, at: Self.now).events { given(event) }
    }

    func may(
        _ user: String,
        _ permission: String,
        in scope: AccessScope = .institution,
        at now: Timestamp = now
    ) -> AccessVerdict {
        model.check(user, permission, in: scope, at: now)
    }
}

extension AccessEvent {
    static func createPermission(_ name: String) -> AccessEvent {
        let parts = name.split(separator: ":").map(String.init)
        return .permissionCreated(
            RBAC.PermissionCreated(permissionID: name, name: name, resource: parts[0], action: parts[1])
        )
    }

    static func defineRole(
        _ id: String,
        in branch: String = RBAC.institutionBranch,
        parent: String? = nil,
        _ permissions: [String] = []
    ) -> AccessEvent {
        .roleDefined(
            RBAC.RoleDefined(
                roleID: id,
                branchID: branch,
                name: id,
                parentRoleID: parent,
                permissionIDs: permissions
            )
        )
    }

    static func assign(
        _ user: String,
        _ role: String,
        in branch: String = RBAC.institutionBranch,
        from: Timestamp? = nil,
        until: Timestamp? = nil
    ) -> AccessEvent {
        .roleAssigned(
            RBAC.RoleAssigned(userID: user, roleID: role, branchID: branch, expiresAt: until, startsAt: from)
        )
    }

    static func inherit(_ role: String, _ parent: String) -> AccessEvent {
        .inheritanceAdded(.init(roleID: role, branchID: RBAC.institutionBranch, parentRoleID: parent))
    }

    static func disinherit(_ role: String, _ parent: String) -> AccessEvent {
        .inheritanceRemoved(.init(roleID: role, branchID: RBAC.institutionBranch, parentRoleID: parent))
    }

    static func deny(_ role: String, _ permission: String) -> AccessEvent {
        .permissionDenied(.init(roleID: role, permissionID: permission))
    }

    static func lift(_ role: String, _ permission: String) -> AccessEvent {
        .denialLifted(.init(roleID: role, permissionID: permission))
    }

    static func imply(_ permission: String, _ implied: String) -> AccessEvent {
        .implicationAdded(.init(permissionID: permission, impliedPermissionID: implied))
    }

    static func unimply(_ permission: String, _ implied: String) -> AccessEvent {
        .implicationRemoved(.init(permissionID: permission, impliedPermissionID: implied))
    }

    static func separate(
        _ id: String,
        _ kind: RBAC.SeparationSet.Kind,
        _ roles: [String],
        cardinality: Int64 = 2
    ) -> AccessEvent {
        .separationSet(
            .init(separationID: id, kind: kind, name: id, roleIDs: roles, cardinality: cardinality)
        )
    }

    static func remove(_ user: String, _ role: String, in branch: String = RBAC.institutionBranch) -> AccessEvent {
        .roleRemoved(RBAC.RoleRemoved(userID: user, roleID: role, branchID: branch))
    }

    static func grant(_ role: String, _ permission: String) -> AccessEvent {
        .permissionAssigned(RBAC.PermissionAssigned(roleID: role, permissionID: permission))
    }

    static func revoke(_ role: String, _ permission: String) -> AccessEvent {
        .permissionRevoked(RBAC.PermissionRevoked(roleID: role, permissionID: permission))
    }

    var stream: String {
        switch self {
        case .permissionCreated(let event): AccessStream.permission(event.permissionID)
        case .permissionUpdated(let event): AccessStream.permission(event.permissionID)
        case .roleDefined(let event): AccessStream.role(event.roleID)
        case .roleUpdated(let event): AccessStream.role(event.roleID)
        case .roleDeleted(let event): AccessStream.role(event.roleID)
        case .permissionAssigned(let event): AccessStream.role(event.roleID)
        case .permissionRevoked(let event): AccessStream.role(event.roleID)
        case .roleAssigned(let event): AccessStream.user(event.userID)
        case .roleRemoved(let event): AccessStream.user(event.userID)
        case .roleRenewed(let event): AccessStream.user(event.userID)
        case .roleExpired(let event): AccessStream.user(event.userID)
        case .inheritanceAdded(let event): AccessStream.role(event.roleID)
        case .inheritanceRemoved(let event): AccessStream.role(event.roleID)
        case .permissionDenied(let event): AccessStream.role(event.roleID)
        case .denialLifted(let event): AccessStream.role(event.roleID)
        case .requirementsSet(let event): AccessStream.role(event.roleID)
        case .templateAdopted(let event): AccessStream.role(event.roleID)
        case .implicationAdded(let event): AccessStream.permission(event.permissionID)
        case .implicationRemoved(let event): AccessStream.permission(event.permissionID)
        case .separationSet(let event): AccessStream.separation(event.separationID)
        case .separationDeleted(let event): AccessStream.separation(event.separationID)
        case .sessionOpened(let event): AccessStream.session(event.sessionID)
        case .sessionRoleActivated(let event): AccessStream.session(event.sessionID)
        case .sessionRoleDropped(let event): AccessStream.session(event.sessionID)
        case .sessionClosed(let event): AccessStream.session(event.sessionID)
        case .userRegistered(let event): AccessStream.user(event.userID)
        case .tokenIssued(let event): AccessStream.token(event.tokenID)
        case .tokenRevoked(let event): AccessStream.token(event.tokenID)
        }
    }
}

extension Timestamp {
    func seconds(_ count: Int64) -> Timestamp { Timestamp(microseconds: microseconds + count * 1_000_000) }
}
