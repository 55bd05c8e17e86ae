import EventStore
import Time

extension AccessService {
    /// Roles by id, of some branches if given, one page after another.
    package func getRoles(
        branches: [String]? = nil,
        asOf moment: AccessMoment = .now,
        after: String? = nil,
        limit: Int = .max
    ) async throws -> AccessAnswer<[RoleRecord]> {
        let point = try await reader.point(of: moment, now: clock())
        let roles = try await reader.roles(at: point, branches: branches, after: after, limit: limit)
        return AccessAnswer(value: roles, size: point.size)
    }

    /// One role.
    package func getRoleById(_ id: String, asOf moment: AccessMoment = .now) async throws -> AccessAnswer<RoleRecord> {
        let point = try await reader.point(of: moment, now: clock())
        guard let role = try await reader.roles(at: point, id: id, limit: 1).first else {
            throw AccessRefusal(.notFound, "There is no role \(id). GET /rbac/roles lists the roles there are.")
        }
        return AccessAnswer(value: role, size: point.size)
    }

    /// All permissions by id, within a resource if given, one page after another.
    package func getAllPermissions(
        resource: String? = nil,
        asOf moment: AccessMoment = .now,
        after: String? = nil,
        limit: Int = .max
    ) async throws -> AccessAnswer<[PermissionRecord]> {
        let point = try await reader.point(of: moment, now: clock())
        let permissions = try await reader.permissions(at: point, resource: resource, after: after, limit: limit)
        return AccessAnswer(value: permissions, size: point.size)
    }

    /// One permission.
    package func getPermissionById(
        _ id: String,
        asOf moment: AccessMoment = .now
    ) async throws -> AccessAnswer<PermissionRecord> {
        let point = try await reader.point(of: moment, now: clock())
        guard let permission = try await reader.permissions(at: point, id: id, limit: 1).first else {
            throw AccessRefusal(.notFound, "There is no permission \(id).")
        }
        return AccessAnswer(value: permission, size: point.size)
    }

    /// What a role grants, inherited permissions included.
    package func getPermissionsByRole(
        _ id: String,
        asOf moment: AccessMoment = .now
    ) async throws -> AccessAnswer<[RolePermissionRecord]> {
        let point = try await reader.point(of: moment, now: clock())
        guard try await reader.roles(at: point, id: id, limit: 1).first != nil else {
            throw AccessRefusal(.notFound, "There is no role \(id). GET /rbac/roles lists the roles there are.")
        }
        return AccessAnswer(value: try await reader.permissions(ofRole: id, at: point), size: point.size)
    }

    /// The roles that a user has, in some branches if given, in the order of their assignment; expired ones are
    /// marked. `after` is the position of the assignment that the page before ended with.
    package func getUserRoles(
        _ userID: String,
        branches: [String]? = nil,
        asOf moment: AccessMoment = .now,
        after: Int64 = -1,
        limit: Int = .max
    ) async throws -> AccessAnswer<[UserRoleRecord]> {
        let point = try await reader.point(of: moment, now: clock())
        let roles = try await reader.roles(ofUser: userID, in: branches, at: point, after: after, limit: limit)
        return AccessAnswer(value: roles, size: point.size)
    }

    /// Who has roles, in some branches if given, by id: those with `text` in their ids, if given.
    package func getPeople(
        matching text: String? = nil,
        branches: [String]? = nil,
        asOf moment: AccessMoment = .now,
        after: String = "",
        limit: Int = .max
    ) async throws -> AccessAnswer<[PersonRecord]> {
        let point = try await reader.point(of: moment, now: clock())
        let people = try await reader.people(in: branches, matching: text, at: point, after: after, limit: limit)
        return AccessAnswer(value: people, size: point.size)
    }

    /// The users who have a role, in some branches if given, in the order of their assignment (ANSI INCITS 359:
    /// AssignedUsers; AuthorizedUsers with those who have it by a role that inherits it). None for an unknown role.
    ///
    /// - Parameter inherited: whether roles that inherit the role count as it; each line names the one that was assigned.
    package func getRoleUsers(
        _ roleID: String,
        inherited: Bool = false,
        branches: [String]? = nil,
        asOf moment: AccessMoment = .now,
        after: Int64 = -1,
        limit: Int = .max
    ) async throws -> AccessAnswer<[UserRoleRecord]> {
        let point = try await reader.point(of: moment, now: clock())
        var roles = [roleID]
        if inherited {
            let (snapshot, _) = try await past.access(asOf: .position(point.size - 1), now: point.time)
            roles = snapshot.model.roleIDs(inheriting: roleID)
        }
        let users = try await reader.users(ofRoles: roles, in: branches, at: point, after: after, limit: limit)
        return AccessAnswer(value: users, size: point.size)
    }
}
