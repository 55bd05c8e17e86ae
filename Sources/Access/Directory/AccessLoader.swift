import EventStore
import Events
import MerkleLog
package import Postgres
import ProjectionEngine
import Time

/// Makes the model from the read models, at one moment: for the start, and after a restore.
package struct AccessLoader: Sendable {
    private static let batch = 5_000

    private let pool: PostgresPool
    private let head: SQLFile
    private let permissions: SQLFile
    private let implications: SQLFile
    private let roles: SQLFile
    private let separations: SQLFile
    private let userRoles: SQLFile
    private let users: SQLFile
    private let tokens: SQLFile
    private let sessions: SQLFile
    private let streams: SQLFile

    /// A loader that reads through a pool.
    package init(pool: PostgresPool) throws {
        self.pool = pool
        head = try SQLFile("load/head.sql", in: .module)
        permissions = try SQLFile("load/permissions.sql", in: .module)
        implications = try SQLFile("load/implications.sql", in: .module)
        roles = try SQLFile("load/roles.sql", in: .module)
        separations = try SQLFile("load/separations.sql", in: .module)
        userRoles = try SQLFile("load/user-roles.sql", in: .module)
        users = try SQLFile("load/users.sql", in: .module)
        tokens = try SQLFile("load/tokens.sql", in: .module)
        sessions = try SQLFile("load/sessions.sql", in: .module)
        streams = try SQLFile("load/streams.sql", in: .module)
    }

    /// The model as the read models have it. They are applied in the transaction that appends, so at the size that the
    /// same transaction sees they are complete.
    package func load() async throws -> AccessSnapshot {
        try await pool.withReadModels(["access", "identity"]) { connection in
            let (size, leaf) = try await end(connection)
            var model = AccessModel()
            try await loadAccess(into: &model, at: size, connection)
            try await loadIdentity(into: &model, connection)
            try await loadSessions(into: &model, connection)
            try await loadVersions(into: &model, connection)
            return AccessSnapshot(model: model, size: size, leaf: leaf)
        }
    }

    /// Who might do what after the first `size` events of the log, for questions as of a moment. It knows nobody's
    /// sign-in or session, and no version to decide a command on.
    package func load(asOf size: Int64) async throws -> AccessSnapshot {
        try await pool.withReadModels(["access"]) { connection in
            var model = AccessModel()
            try await loadAccess(into: &model, at: size, connection)
            return AccessSnapshot(model: model, size: size, leaf: nil)
        }
    }

    /// How many events there are, and the leaf of the last.
    private func end(_ connection: PostgresConnection) async throws -> (size: Int64, leaf: Hash?) {
        guard let row = try await connection.query(head()).first else { return (0, nil) }
        let (size, leaf) = try row.decode((Int64, [UInt8]?).self)
        return (size, leaf.flatMap { Hash($0) })
    }

    private func loadAccess(
        into model: inout AccessModel,
        at size: Int64,
        _ connection: PostgresConnection
    ) async throws {
        try await loadPermissions(into: &model, at: size, connection)
        try await loadRoles(into: &model, at: size, connection)
        try await loadSeparations(into: &model, at: size, connection)
        try await loadAssignments(into: &model, at: size, connection)
    }

    private func loadPermissions(
        into model: inout AccessModel,
        at size: Int64,
        _ connection: PostgresConnection
    ) async throws {
        for row in try await connection.query(permissions(size)) {
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
        for row in try await connection.query(implications(size)) {
            let (id, implied) = try row.decode((String, String).self)
            model.apply(.implicationAdded(.init(permissionID: id, impliedPermissionID: implied)), version: 0)
        }
    }

    private func loadRoles(
        into model: inout AccessModel,
        at size: Int64,
        _ connection: PostgresConnection
    ) async throws {
        var further: [AccessEvent] = []
        for row in try await connection.query(roles(size)) {
            let role = try LoadedRole(row)
            model.apply(.roleDefined(role.definition), version: 0)
            further += role.further
        }
        // Only when all are there, for a role may come before its parent.
        for event in further { model.apply(event, version: 0) }
    }

    private func loadSeparations(
        into model: inout AccessModel,
        at size: Int64,
        _ connection: PostgresConnection
    ) async throws {
        for row in try await connection.query(separations(size)) {
            let (id, kind, name, roleIDs, cardinality) = try row.decode((String, String, String, [String], Int64).self)
            let set = RBAC.SeparationSet(
                separationID: id,
                kind: .init(rawValue: kind) ?? .static,
                name: name,
                roleIDs: roleIDs,
                cardinality: cardinality
            )
            model.apply(.separationSet(set), version: 0)
        }
    }

    private func loadAssignments(
        into model: inout AccessModel,
        at size: Int64,
        _ connection: PostgresConnection
    ) async throws {
        for try await rows in connection.stream(userRoles(size), batch: Self.batch) {
            for row in rows {
                let (user, role, branch, startsAt, expiresAt) = try row.decode(
                    (String, String, String, Timestamp?, Timestamp?).self
                )
                let assigned = RBAC.RoleAssigned(
                    userID: user,
                    roleID: role,
                    branchID: branch,
                    expiresAt: expiresAt,
                    startsAt: startsAt
                )
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

    private func loadSessions(into model: inout AccessModel, _ connection: PostgresConnection) async throws {
        for try await rows in connection.stream(sessions(), batch: Self.batch) {
            for row in rows {
                let (id, user, expiresAt, roleIDs, version) = try row.decode(
                    (String, String, Timestamp, [String], Int64?).self
                )
                let opened = RBAC.SessionOpened(sessionID: id, userID: user, roleIDs: roleIDs, expiresAt: expiresAt)
                model.apply(.sessionOpened(opened), version: version ?? 0)
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
