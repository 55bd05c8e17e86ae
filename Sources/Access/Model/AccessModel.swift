import Events
import HashTreeCollections
import Time

/// Who may do what, compiled for answering: a value made of the access events and of nothing else.
///
/// A role inherits: it grants its own permissions and all that its parents grant. `parentRoleId` names the *junior* role,
/// so the template Admin has Manager as its parent, Manager has Teacher, and Teacher has Student.
///
/// Copies are cheap. The parts that grow with the institution are persistent trees, so that a copy shares all of them and
/// applying an assignment rewrites a path of a few nodes; whoever reads a copy never sees half an event.
package struct AccessModel: Sendable {
    var permissions = PermissionTable()
    var roles = RoleTable()
    var branches = BranchTable()
    var users = UserTable()
    /// For each role the users who were assigned it anywhere, by the hashes of their ids.
    var holders: TreeDictionary<Int32, TreeSet<UInt64>> = [:]
    /// The newest versions of streams whose subject is not in the model: deleted, or undone by a restore.
    var formerVersions: TreeDictionary<ExactKey, Int64> = [:]

    /// Who may sign in.
    package internal(set) var identity = IdentityModel()

    /// A model in which nothing was granted.
    package init() {}

    /// Takes over one event; `version` is its version in its stream.
    ///
    /// An event about something unknown changes nothing: then less is granted, never more.
    package mutating func apply(_ event: AccessEvent, version: Int64) {
        switch event {
        case .permissionCreated(let event): apply(event, version: version)
        case .permissionUpdated(let event):
            guard let index = permissions.index(id: event.permissionID) else { return }
            permissions[index].description = event.description
            permissions[index].version = version
        case .roleDefined(let event): apply(event, version: version)
        case .roleUpdated(let event): apply(event, version: version)
        case .roleDeleted(let event): apply(event, version: version)
        case .permissionAssigned(let event):
            guard let role = roles.index(id: event.roleID) else { return }
            roles.setVersion(role, to: version)
            guard let permission = permissions.index(id: event.permissionID) else { return }
            roles.assign(permission, to: role)
        case .permissionRevoked(let event):
            guard let role = roles.index(id: event.roleID) else { return }
            roles.setVersion(role, to: version)
            guard let permission = permissions.index(id: event.permissionID) else { return }
            roles.revoke(permission, from: role)
        case .roleAssigned(let event): apply(event, version: version)
        case .roleRemoved(let event): apply(event, version: version)
        case .userRegistered(let event):
            identity.apply(event)
            noteUser(event.userID, version: version)
        case .tokenIssued(let event): identity.apply(event)
        case .tokenRevoked(let event): identity.apply(event)
        }
    }

    /// The users who were assigned a role anywhere, expired assignments included.
    func holders(of role: Int32) -> [ExactKey] {
        var found: [ExactKey] = []
        for hash in holders[role] ?? [] {
            users.forEach(hash: hash) { key, user in
                if user.grants.contains(where: { $0.role == role }) { found.append(key) }
            }
        }
        return found
    }

    /// Notes an event of a user's stream that grants nothing, such as the registration.
    package mutating func noteUser(_ user: String, version: Int64) {
        users.update(ExactKey(user), default: UserGrants(version: version)) { $0.version = version }
    }

    /// Notes the newest version of a stream, whether or not its subject is in the model.
    mutating func noteVersion(_ version: Int64, of stream: String) {
        if let id = AccessStream.id(of: stream, in: AccessStream.user) {
            noteUser(id, version: version)
        } else if let role = AccessStream.id(of: stream, in: AccessStream.role).flatMap({ roles.index(id: $0) }) {
            roles.setVersion(role, to: version)
        } else if let permission = AccessStream.id(of: stream, in: AccessStream.permission)
            .flatMap({ permissions.index(id: $0) })
        {
            permissions[permission].version = version
        } else {
            noteFormerStream(stream, version: version)
        }
    }

    /// Notes the newest version of a stream whose subject is not in the model.
    mutating func noteFormerStream(_ stream: String, version: Int64) {
        formerVersions[ExactKey(stream)] = version
    }
}

// MARK: - Events

extension AccessModel {
    private mutating func apply(_ event: RBAC.PermissionCreated, version: Int64) {
        permissions.insert(
            Permission(
                id: event.permissionID,
                name: event.name,
                resource: event.resource,
                action: event.action,
                description: event.description,
                version: version
            )
        )
    }

    private mutating func apply(_ event: RBAC.RoleDefined, version: Int64) {
        let index = roles.insert(
            Role(
                id: event.roleID,
                branch: event.branchID,
                name: event.name,
                description: event.description,
                isTemplate: event.template,
                version: version
            )
        )
        _ = branches.intern(event.branchID)
        roles.assign(event.permissionIDs.compactMap { permissions.index(id: $0) }, to: index)
        if let parent = event.parentRoleID.flatMap({ roles.index(id: $0) }) {
            roles.setParents(of: index, to: [parent])
        }
    }

    private mutating func apply(_ event: RBAC.RoleUpdated, version: Int64) {
        guard let index = roles.index(id: event.roleID) else { return }
        roles.setVersion(index, to: version)
        if let name = event.name { roles.rename(index, to: name) }
        if let description = event.description { roles.setDescription(index, to: description) }
        if event.clearsParent {
            roles.setParents(of: index, to: [])
        } else if let parent = event.parentRoleID.flatMap({ roles.index(id: $0) }) {
            roles.setParents(of: index, to: [parent])
        }
    }

    private mutating func apply(_ event: RBAC.RoleDeleted, version: Int64) {
        guard let index = roles.index(id: event.roleID) else { return }
        for user in holders(of: index) {
            users.update(user) { $0.grants.removeAll { $0.role == index } }
        }
        holders[index] = nil
        roles.remove(index)
        noteFormerStream(AccessStream.role(event.roleID), version: version)
    }

    private mutating func apply(_ event: RBAC.RoleAssigned, version: Int64) {
        let user = ExactKey(event.userID)
        users.update(user, default: UserGrants(version: version)) { $0.version = version }
        guard let role = roles.index(id: event.roleID) else { return }
        let grant = Grant(role: role, branch: branches.intern(event.branchID), until: event.expiresAt ?? .latest)
        users.update(user) { $0.put(grant) }
        holders[role, default: []].insert(KeyedHash.of(event.userID))
    }

    private mutating func apply(_ event: RBAC.RoleRemoved, version: Int64) {
        let user = ExactKey(event.userID)
        users.update(user, default: UserGrants(version: version)) { $0.version = version }
        guard let role = roles.index(id: event.roleID), let branch = branches.index(event.branchID) else { return }
        users.update(user) { $0.grants.removeAll { $0.role == role && $0.branch == branch } }
        let hash = KeyedHash.of(event.userID)
        var isHeld = false
        users.forEach(hash: hash) { _, user in
            if user.grants.contains(where: { $0.role == role }) { isHeld = true }
        }
        if !isHeld { holders[role]?.remove(hash) }
    }
}
