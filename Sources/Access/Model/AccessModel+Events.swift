import Events
import Time

// What single events change.
extension AccessModel {
    mutating func apply(_ event: RBAC.PermissionCreated, version: Int64) {
        let created = permissions.insert(
            Permission(
                id: event.permissionID,
                name: event.name,
                resource: event.resource,
                action: event.action,
                description: event.description,
                version: version
            )
        )
        guard let created else { return }
        let covering = permissions.graph.covering(created)
        if !covering.isEmpty || roles.denyingCount > 0 {
            roles.recompile(whereGranting: covering, permissions.graph)
        }
    }

    mutating func imply(_ permissionID: String, _ impliedID: String, holds: Bool, version: Int64) {
        guard let permission = permissions.index(id: permissionID) else { return }
        permissions[permission].version = version
        guard let implied = permissions.index(id: impliedID) else { return }
        permissions.setImplication(permission, implied, to: holds)
        roles.recompileAll(permissions.graph)
    }

    mutating func apply(_ event: RBAC.SeparationSet, version: Int64) {
        let separation = Separation(
            id: event.separationID,
            kind: event.kind == .static ? .static : .dynamic,
            name: event.name,
            roleIDs: event.roleIDs,
            cardinality: Int(event.cardinality),
            version: version
        )
        separations.set(separation, roles)
    }

    mutating func assign(
        _ userID: String,
        _ roleID: String,
        _ branchID: String,
        _ startsAt: Timestamp?,
        _ expiresAt: Timestamp?,
        version: Int64
    ) {
        let user = ExactKey(userID)
        users.update(user, default: UserGrants(version: version)) { $0.version = version }
        guard let role = roles.index(id: roleID) else { return }
        let grant = Grant(
            role: role,
            branch: branches.intern(branchID),
            from: startsAt ?? .earliest,
            until: expiresAt ?? .latest
        )
        users.update(user) { $0.put(grant) }
        holders[role, default: []].insert(KeyedHash.of(userID))
    }

    mutating func remove(_ userID: String, _ roleID: String, _ branchID: String, version: Int64) {
        let user = ExactKey(userID)
        users.update(user, default: UserGrants(version: version)) { $0.version = version }
        guard let role = roles.index(id: roleID), let branch = branches.index(branchID) else { return }
        users.update(user) { $0.grants.removeAll { $0.role == role && $0.branch == branch } }
        let hash = KeyedHash.of(userID)
        var isHeld = false
        users.forEach(hash: hash) { _, user in
            if user.grants.contains(where: { $0.role == role }) { isHeld = true }
        }
        if !isHeld { holders[role]?.remove(hash) }
    }
}

// What events about roles change.
extension AccessModel {
    mutating func applyToRole(_ event: AccessEvent, version: Int64) {
        switch event {
        case .roleDefined(let event): define(event, version: version)
        case .roleUpdated(let event): update(event, version: version)
        case .roleDeleted(let event): delete(event, version: version)
        case .inheritanceAdded(let event):
            inherit(event.roleID, from: event.parentRoleID, version: version) { parents, parent in
                if !parents.contains(parent) { parents.append(parent) }
            }
        case .inheritanceRemoved(let event):
            inherit(event.roleID, from: event.parentRoleID, version: version) { parents, parent in
                parents.removeAll { $0 == parent }
            }
        case .permissionAssigned(let event):
            permit(event.roleID, event.permissionID, version: version) { $0.own.insert($1) }
        case .permissionRevoked(let event):
            permit(event.roleID, event.permissionID, version: version) { $0.own.remove($1) }
        case .permissionDenied(let event):
            permit(event.roleID, event.permissionID, version: version) { $0.denied.insert($1) }
        case .denialLifted(let event):
            permit(event.roleID, event.permissionID, version: version) { $0.denied.remove($1) }
        case .requirementsSet(let event):
            setDetails(event.roleID, version: version) { role in
                role.requirements.maximumHolders = event.maximumHolders.map { Int($0) }
                role.requirements.prerequisiteRoleIDs = event.prerequisiteRoleIDs
            }
        case .templateAdopted(let event):
            setDetails(event.roleID, version: version) { role in
                role.origin = TemplateOrigin(roleID: event.templateRoleID, permissionIDs: event.permissionIDs)
            }
        default: break
        }
    }

    private mutating func define(_ event: RBAC.RoleDefined, version: Int64) {
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
        roles.update(index, permissions.graph) { role in
            for id in event.permissionIDs { if let known = permissions.index(id: id) { role.own.insert(known) } }
        }
        if let parent = event.parentRoleID.flatMap({ roles.index(id: $0) }) {
            roles.setParents(of: index, to: [parent], permissions.graph)
        }
        separations.recompile(roles)
    }

    private mutating func update(_ event: RBAC.RoleUpdated, version: Int64) {
        guard let index = roles.index(id: event.roleID) else { return }
        roles.setVersion(index, to: version)
        if let name = event.name { roles.rename(index, to: name) }
        if let description = event.description { roles.setDetails(of: index) { $0.description = description } }
        if event.clearsParent {
            roles.setParents(of: index, to: [], permissions.graph)
        } else if let parent = event.parentRoleID.flatMap({ roles.index(id: $0) }) {
            roles.setParents(of: index, to: [parent], permissions.graph)
        } else {
            return
        }
        separations.recompile(roles)
    }

    private mutating func delete(_ event: RBAC.RoleDeleted, version: Int64) {
        guard let index = roles.index(id: event.roleID) else { return }
        for user in holders(of: index) {
            users.update(user) { $0.grants.removeAll { $0.role == index } }
        }
        holders[index] = nil
        roles.remove(index, permissions.graph)
        separations.recompile(roles)
        noteFormerStream(AccessStream.role(event.roleID), version: version)
    }

    private mutating func inherit(
        _ roleID: String,
        from parentID: String,
        version: Int64,
        _ change: (inout [Int32], Int32) -> Void
    ) {
        guard let role = roles.index(id: roleID) else { return }
        roles.setVersion(role, to: version)
        guard let parent = roles.index(id: parentID) else { return }
        var parents = roles.parents(of: role)
        change(&parents, parent)
        roles.setParents(of: role, to: parents, permissions.graph)
        separations.recompile(roles)
    }

    private mutating func permit(
        _ roleID: String,
        _ permissionID: String,
        version: Int64,
        _ change: (inout Role, Int32) -> Void
    ) {
        guard let role = roles.index(id: roleID) else { return }
        roles.setVersion(role, to: version)
        guard let permission = permissions.index(id: permissionID) else { return }
        roles.update(role, permissions.graph) { change(&$0, permission) }
    }

    private mutating func setDetails(_ roleID: String, version: Int64, _ change: (inout Role) -> Void) {
        guard let role = roles.index(id: roleID) else { return }
        roles.setVersion(role, to: version)
        roles.setDetails(of: role, change)
    }
}

// What events about sessions change.
extension AccessModel {
    mutating func applyToSession(_ event: AccessEvent, version: Int64) {
        switch event {
        case .sessionOpened(let event):
            sessions[event.sessionID] = AccessSession(
                id: event.sessionID,
                userID: event.userID,
                roles: event.roleIDs.compactMap { roles.index(id: $0) },
                expiresAt: event.expiresAt,
                version: version
            )
        case .sessionRoleActivated(let event):
            sessions[event.sessionID]?.version = version
            guard let role = roles.index(id: event.roleID) else { return }
            sessions[event.sessionID]?.roles.append(role)
        case .sessionRoleDropped(let event):
            sessions[event.sessionID]?.version = version
            guard let role = roles.index(id: event.roleID) else { return }
            sessions[event.sessionID]?.roles.removeAll { $0 == role }
        case .sessionClosed(let event): sessions[event.sessionID] = nil
        default: break
        }
    }
}
