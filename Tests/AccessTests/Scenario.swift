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
                        roleId: template.id,
                        branchId: RBAC.institutionBranch,
                        name: template.name,
                        parentRoleId: template.parent?.id,
                        template: true,
                        permissionIds: template.permissions.map(\.name)
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
            RBAC.PermissionCreated(permissionId: name, name: name, resource: parts[0], action: parts[1])
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
                roleId: id,
                branchId: branch,
                name: id,
                parentRoleId: parent,
                permissionIds: permissions
            )
        )
    }

    static func assign(
        _ user: String,
        _ role: String,
        in branch: String = RBAC.institutionBranch,
        until: Timestamp? = nil
    ) -> AccessEvent {
        .roleAssigned(RBAC.RoleAssigned(userId: user, roleId: role, branchId: branch, expiresAt: until))
    }

    static func remove(_ user: String, _ role: String, in branch: String = RBAC.institutionBranch) -> AccessEvent {
        .roleRemoved(RBAC.RoleRemoved(userId: user, roleId: role, branchId: branch))
    }

    static func grant(_ role: String, _ permission: String) -> AccessEvent {
        .permissionAssigned(RBAC.PermissionAssigned(roleId: role, permissionId: permission))
    }

    static func revoke(_ role: String, _ permission: String) -> AccessEvent {
        .permissionRevoked(RBAC.PermissionRevoked(roleId: role, permissionId: permission))
    }

    var stream: String {
        switch self {
        case .permissionCreated(let event): AccessStream.permission(event.permissionId)
        case .permissionUpdated(let event): AccessStream.permission(event.permissionId)
        case .roleDefined(let event): AccessStream.role(event.roleId)
        case .roleUpdated(let event): AccessStream.role(event.roleId)
        case .roleDeleted(let event): AccessStream.role(event.roleId)
        case .permissionAssigned(let event): AccessStream.role(event.roleId)
        case .permissionRevoked(let event): AccessStream.role(event.roleId)
        case .roleAssigned(let event): AccessStream.user(event.userId)
        case .roleRemoved(let event): AccessStream.user(event.userId)
        }
    }
}

extension Timestamp {
    func seconds(_ count: Int64) -> Timestamp { Timestamp(microseconds: microseconds + count * 1_000_000) }
}
