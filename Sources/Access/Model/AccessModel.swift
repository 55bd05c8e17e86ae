import Events
import HashTreeCollections
import Time

/// Who may do what, compiled for answering: a value made of the access events and of nothing else.
///
/// A role inherits: it grants its own permissions and all that its parents grant, and denies what they deny. A parent is
/// the *junior* role, so the template Admin has Manager as its parent, Manager has Teacher, and Teacher has Student.
///
/// Copies are cheap. The parts that grow with the institution are persistent trees, so that a copy shares all of them and
/// applying an assignment rewrites a path of a few nodes; whoever reads a copy never sees half an event.
package struct AccessModel: Sendable {
    var permissions = PermissionTable()
    var roles = RoleTable()
    var branches = BranchTable()
    var users = UserTable()
    /// Duties that are kept separate.
    var separations = SeparationTable()
    /// Sessions that were opened and not closed.
    var sessions = SessionTable()
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
        case .implicationAdded(let event):
            imply(event.permissionID, event.impliedPermissionID, holds: true, version: version)
        case .implicationRemoved(let event):
            imply(event.permissionID, event.impliedPermissionID, holds: false, version: version)
        case .roleDefined, .roleUpdated, .roleDeleted, .inheritanceAdded, .inheritanceRemoved, .permissionAssigned,
            .permissionRevoked, .permissionDenied, .denialLifted, .requirementsSet, .templateAdopted:
            applyToRole(event, version: version)
        case .separationSet(let event): apply(event, version: version)
        case .separationDeleted(let event):
            separations.remove(event.separationID)
            noteFormerStream(AccessStream.separation(event.separationID), version: version)
        case .roleAssigned(let event):
            assign(event.userID, event.roleID, event.branchID, event.startsAt, event.expiresAt, version: version)
        case .roleRenewed(let event):
            assign(event.userID, event.roleID, event.branchID, event.startsAt, event.expiresAt, version: version)
        case .roleRemoved(let event): remove(event.userID, event.roleID, event.branchID, version: version)
        case .roleExpired(let event): remove(event.userID, event.roleID, event.branchID, version: version)
        case .sessionOpened, .sessionRoleActivated, .sessionRoleDropped, .sessionClosed:
            applyToSession(event, version: version)
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
        } else if var separation = AccessStream.id(of: stream, in: AccessStream.separation)
            .flatMap({ separations.separation($0) })
        {
            separation.version = version
            separations.set(separation, roles)
        } else {
            noteFormerStream(stream, version: version)
        }
    }

    /// Notes the newest version of a stream whose subject is not in the model.
    mutating func noteFormerStream(_ stream: String, version: Int64) {
        formerVersions[ExactKey(stream)] = version
    }
}
