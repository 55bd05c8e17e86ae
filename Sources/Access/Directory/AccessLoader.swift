import EventStore
import Events
package import Postgres
import ProjectionEngine
import Time

/// Makes the model from the read models, at one moment: for the start, and after a restore.
package struct AccessLoader: Sendable {
    private static let batch = 5_000

    private let pool: PostgresPool
    private let permissions: AccessSQL
    private let roles: AccessSQL
    private let userRoles: AccessSQL
    private let users: AccessSQL
    private let tokens: AccessSQL
    private let streams: AccessSQL

    /// A loader that reads through a pool.
    package init(pool: PostgresPool) throws {
        self.pool = pool
        permissions = try AccessSQL("load/permissions.sql")
        roles = try AccessSQL("load/roles.sql")
        userRoles = try AccessSQL("load/user-roles.sql")
        users = try AccessSQL("load/users.sql")
        tokens = try AccessSQL("load/tokens.sql")
        streams = try AccessSQL("load/streams.sql")
    }

    /// The model as the read models have it. They are applied in the transaction that appends, so at the size that the
    /// same transaction sees they are complete.
    package func load() async throws -> AccessSnapshot {
        try await pool.withReadModels(["access", "identity"]) { connection in
            let size = try await connection.query("select size from log.head").first?.decode(Int64.self) ?? 0
            var model = AccessModel()
            try await loadPermissions(into: &model, connection)
            try await loadRoles(into: &model, connection)
            try await loadAssignments(into: &model, connection)
            try await loadIdentity(into: &model, connection)
            try await loadVersions(into: &model, connection)
            return AccessSnapshot(model: model, size: size)
        }
    }

    private func loadPermissions(into model: inout AccessModel, _ connection: PostgresConnection) async throws {
        for row in try await connection.query(permissions()) {
            let (id, name, resource, action, description) = try row.decode(
                (String, String, String, String, String?).self
            )
            let created = RBAC.PermissionCreated(
                permissionID: id,
                name: name,
                resource: resource,
                action: action,
                description: description
            )
            model.apply(.permissionCreated(created), version: 0)
        }
    }

    private func loadRoles(into model: inout AccessModel, _ connection: PostgresConnection) async throws {
        var parents: [RBAC.RoleUpdated] = []
        for row in try await connection.query(roles()) {
            let (id, branch, name, description, parent, template, permissionIDs) = try row.decode(
                (String, String, String, String?, String?, Bool, [String]).self
            )
            let defined = RBAC.RoleDefined(
                roleID: id,
                branchID: branch,
                name: name,
                description: description,
                template: template,
                permissionIDs: permissionIDs
            )
            model.apply(.roleDefined(defined), version: 0)
            if let parent { parents.append(RBAC.RoleUpdated(roleID: id, branchID: branch, parentRoleID: parent)) }
        }
        // Only when all are there, for a role may come before its parent.
        for event in parents { model.apply(.roleUpdated(event), version: 0) }
    }

    private func loadAssignments(into model: inout AccessModel, _ connection: PostgresConnection) async throws {
        for try await rows in connection.stream(userRoles(), batch: Self.batch) {
            for row in rows {
                let (user, role, branch, expiresAt) = try row.decode((String, String, String, Timestamp?).self)
                let assigned = RBAC.RoleAssigned(userID: user, roleID: role, branchID: branch, expiresAt: expiresAt)
                model.apply(.roleAssigned(assigned), version: 0)
            }
        }
    }

    private func loadIdentity(into model: inout AccessModel, _ connection: PostgresConnection) async throws {
        for try await rows in connection.stream(users(), batch: Self.batch) {
            for row in rows {
                let (id, kind) = try row.decode((String, String).self)
                let registered = Identity.UserRegistered(userID: id, kind: .init(rawValue: kind) ?? .person)
                model.apply(.userRegistered(registered), version: 0)
            }
        }
        for try await rows in connection.stream(tokens(), batch: Self.batch) {
            for row in rows {
                let (id, user, digest, expiresAt, isRevoked) = try row.decode(
                    (String, String, String, Timestamp?, Bool).self
                )
                let issued = Identity.TokenIssued(tokenID: id, userID: user, digest: digest, expiresAt: expiresAt)
                model.apply(.tokenIssued(issued), version: 0)
                if isRevoked { model.apply(.tokenRevoked(.init(tokenID: id, userID: user)), version: 1) }
            }
        }
    }

    private func loadVersions(into model: inout AccessModel, _ connection: PostgresConnection) async throws {
        let types = AccessEvent.versionedTypes.map(\.rawValue).sorted()
        for try await rows in connection.stream(streams(types), batch: Self.batch) {
            for row in rows {
                let (stream, version) = try row.decode((String, Int64).self)
                model.noteVersion(version, of: stream)
            }
        }
    }
}
