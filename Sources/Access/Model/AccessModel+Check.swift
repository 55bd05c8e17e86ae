package import Time

extension AccessModel {
    /// Whether a user has a permission, named `resource:action`, at a moment.
    ///
    /// Reads this value alone: no query, no lock, no allocation. (A name of which there is no permission takes a little
    /// more: it is judged by the permissions whose names decide on it.)
    ///
    /// - Parameter session: in which only the roles that are active there count; nil for all that the user has.
    package func check(
        _ user: String,
        _ permission: String,
        in scope: AccessScope,
        at now: Timestamp,
        session: String? = nil
    ) -> AccessVerdict {
        let place: Int32? =
            switch scope {
            case .institution, .anywhere: BranchTable.institution
            case .branch(let name): branches.index(name)
            }
        // Nearly always: then no more is asked of anything than what this answer takes.
        if session == nil, roles.denyingCount == 0, separations.dynamicOnes.isEmpty,
            let verdict = plainCheck(user, permission, place, scope == .anywhere, now)
        {
            return verdict
        }
        return fullCheck(
            user,
            permission,
            place,
            scope == .anywhere,
            now,
            session.map { activeRoles(in: $0, of: user, at: now) }
        )
    }

    /// The same where some roles alone count, as in a session in which they are active.
    package func check(
        _ user: String,
        _ permission: String,
        in scope: AccessScope,
        at now: Timestamp,
        activating roles: [String]
    ) -> AccessVerdict {
        let place: Int32? =
            switch scope {
            case .institution, .anywhere: BranchTable.institution
            case .branch(let name): branches.index(name)
            }
        let active = roles.compactMap { self.roles.index(id: $0) }
        return fullCheck(user, permission, place, scope == .anywhere, now, active)
    }

    /// Where nothing is denied, no duties are kept separate, and there is no session; nil for a name of which there is no
    /// permission.
    private func plainCheck(
        _ user: String,
        _ permission: String,
        _ place: Int32?,
        _ isAnywhere: Bool,
        _ now: Timestamp
    ) -> AccessVerdict? {
        KeyedHash.withBytes(of: user) { user in
            KeyedHash.withBytes(of: permission) { permission in
                let userHash = KeyedHash.of(user)
                let permissionHash = KeyedHash.of(permission)
                return users.withWords(userHash) { userWords in
                    permissions.names.withWords { permissionWords in
                        let userSlot = KeyBlock.candidate(userHash, in: userWords)
                        let permissionSlot = KeyBlock.candidate(permissionHash, in: permissionWords)
                        guard
                            let index = KeyBlock.data(
                                of: permission,
                                permissionHash,
                                at: permissionSlot,
                                in: permissionWords
                            )
                        else { return nil }
                        guard let grants = KeyBlock.data(of: user, userHash, at: userSlot, in: userWords) else {
                            return .notGranted
                        }
                        return plainVerdict(grants, Int32(truncatingIfNeeded: index[0]), place, isAnywhere, now)
                    }
                }
            }
        }
    }

    private func fullCheck(
        _ user: String,
        _ permission: String,
        _ place: Int32?,
        _ isAnywhere: Bool,
        _ now: Timestamp,
        _ active: [Int32]?
    ) -> AccessVerdict {
        let deciding = deciding(permission)
        guard !deciding.granting.isEmpty else { return .unknownPermission }
        return KeyedHash.withBytes(of: user) { bytes in
            let hash = KeyedHash.of(bytes)
            return users.withWords(hash) { words in
                let slot = KeyBlock.candidate(hash, in: words)
                guard let grants = KeyBlock.data(of: bytes, hash, at: slot, in: words) else { return .notGranted }
                return verdict(grants, place, isAnywhere, active, now) { role in
                    deciding.granting.contains { roles.grants(role, $0) }
                } denying: { role in
                    deciding.denying.contains { roles.denies(role, $0) }
                }
            }
        }
    }

    /// The permissions of which one has to be granted, and of which none may be denied: the one of this name, or where
    /// there is none those whose names decide on it. None where nobody could have it.
    func deciding(_ permission: String) -> (granting: DecidingPermissions, denying: DecidingPermissions) {
        if let index = permissions.index(name: permission) { return (.one(index), .one(index)) }
        guard let name = PermissionName(permission) else { return (.several([]), .several([])) }
        return (
            .several(permissions.graph.entailing(resource: name.resource, action: name.action)),
            .several(permissions.graph.refusing(resource: name.resource, action: name.action))
        )
    }

    /// Where nothing is denied and no duties are kept separate: the first assignment that grants decides.
    @inline(__always)
    private func plainVerdict(
        _ grants: UnsafeBufferPointer<UInt64>,
        _ permission: Int32,
        _ place: Int32?,
        _ isAnywhere: Bool,
        _ now: Timestamp
    ) -> AccessVerdict {
        var verdict = AccessVerdict.notGranted
        for index in 0..<grants.grantCount {
            let grant = grants.grant(index)
            guard grant.branch == BranchTable.institution || grant.branch == place || isAnywhere else { continue }
            guard roles.grants(grant.role, permission) else { continue }
            if grant.counts(at: now) { return .allowed }
            verdict = max(verdict, grant.isExpired(at: now) ? .expired : .notStarted)
        }
        return verdict
    }

    /// Judges with denials, separations and sessions.
    private func verdict(
        _ grants: UnsafeBufferPointer<UInt64>,
        _ place: Int32?,
        _ isAnywhere: Bool,
        _ active: [Int32]?,
        _ now: Timestamp,
        granting: (Int32) -> Bool,
        denying: (Int32) -> Bool
    ) -> AccessVerdict {
        var best = verdict(grants, at: place, active, now, granting, denying)
        guard isAnywhere else { return best }
        for index in 0..<grants.grantCount where best != .allowed {
            let branch = grants.grant(index).branch
            if branch != BranchTable.institution {
                best = max(best, verdict(grants, at: branch, active, now, granting, denying))
            }
        }
        return best
    }

    /// Judges in one place. A denial overrides the grants of its own place and of what is within it: one in the
    /// institution as a whole all of them, one in a branch those that were made for that branch.
    private func verdict(
        _ grants: UnsafeBufferPointer<UInt64>,
        at place: Int32?,
        _ active: [Int32]?,
        _ now: Timestamp,
        _ granting: (Int32) -> Bool,
        _ denying: (Int32) -> Bool
    ) -> AccessVerdict {
        var isDeniedEverywhere = false
        var isDeniedHere = false
        for index in 0..<grants.grantCount {
            let grant = grants.grant(index)
            guard grant.counts(at: now), denying(grant.role) else { continue }
            if grant.branch == BranchTable.institution { isDeniedEverywhere = true }
            if grant.branch == place { isDeniedHere = true }
        }
        var verdict = AccessVerdict.notGranted
        for index in 0..<grants.grantCount {
            let grant = grants.grant(index)
            guard grant.branch == BranchTable.institution || grant.branch == place, granting(grant.role) else {
                continue
            }
            let isDenied = isDeniedEverywhere || (isDeniedHere && grant.branch != BranchTable.institution)
            let found: AccessVerdict =
                if grant.isExpired(at: now) {
                    .expired
                } else if !grant.isStarted(at: now) {
                    .notStarted
                } else if isDenied {
                    .denied
                } else if let active, !active.contains(grant.role) {
                    .inactive
                } else if isSeparated(grant, among: grants, at: place, active, now) {
                    .separated
                } else {
                    .allowed
                }
            verdict = max(verdict, found)
        }
        if verdict != .allowed, isDeniedEverywhere || isDeniedHere { return .denied }
        return verdict
    }

    /// Whether an assignment does not count, since too many roles that are to be kept separate would be active at once.
    /// What was assigned for a branch takes nothing from what was assigned for the institution as a whole.
    private func isSeparated(
        _ grant: Grant,
        among grants: UnsafeBufferPointer<UInt64>,
        at place: Int32?,
        _ active: [Int32]?,
        _ now: Timestamp
    ) -> Bool {
        for separation in separations.dynamicOnes where separation.mask(grant.role) != 0 {
            var mask: UInt64 = 0
            for index in 0..<grants.grantCount {
                let other = grants.grant(index)
                guard
                    other.branch == BranchTable.institution
                        || (other.branch == place && grant.branch != BranchTable.institution)
                else { continue }
                if other.counts(at: now), active?.contains(other.role) ?? true { mask |= separation.mask(other.role) }
            }
            if separation.isViolated(by: mask) { return true }
        }
        return false
    }

    /// The roles that are active in a session; none in one that is not there, not the user's, or over.
    func activeRoles(in session: String, of user: String, at now: Timestamp) -> [Int32] {
        guard let session = sessions[session], ExactKey.same(session.userID, user), now < session.expiresAt else {
            return []
        }
        return session.roles
    }
}
