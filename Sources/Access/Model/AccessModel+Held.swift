package import Time

extension AccessModel {
    /// What was assigned to an actor, is active, and counts in a branch at a moment.
    ///
    /// Roles that do not count beside others that are to be kept separate are not among them.
    func grants(of user: String, session: String?, in place: Int32?, at now: Timestamp) -> [Grant] {
        let active = session.map { activeRoles(in: $0, of: user, at: now) }
        let counting = (users[ExactKey(user)]?.grants ?? []).filter { grant in
            (grant.branch == BranchTable.institution || grant.branch == place) && grant.counts(at: now)
                && (active?.contains(grant.role) ?? true)
        }
        return counting.filter { grant in
            // What was assigned for a branch takes nothing from what was assigned for the institution as a whole.
            let beside = counting.filter {
                $0.branch == BranchTable.institution || grant.branch != BranchTable.institution
            }
            return !separations.dynamicOnes.contains { separation in
                separation.mask(grant.role) != 0
                    && separation.isViolated(by: beside.reduce(0) { $0 | separation.mask($1.role) })
            }
        }
    }

    /// All that a user may do in a branch (nil: nowhere but in the institution as a whole) from now to `end`; by default
    /// at this moment.
    ///
    /// What anything denies at some time until then is not among it.
    func held(
        by user: String,
        session: String? = nil,
        in place: Int32?,
        at now: Timestamp,
        until end: Timestamp? = nil
    ) -> PermissionSet {
        let counting = grants(of: user, session: session, in: place, at: now)
            .filter { grant in end.map { grant.until >= $0 } ?? true }
        var (everywhere, here) = (PermissionSet(), PermissionSet())
        for grant in counting {
            if grant.branch == BranchTable.institution {
                everywhere.formUnion(roles.closure(grant.role))
            } else {
                here.formUnion(roles.closure(grant.role))
            }
        }
        if roles.denyingCount > 0 {
            for grant in users[ExactKey(user)]?.grants ?? []
            where !grant.isExpired(at: now) && grant.from <= end ?? now {
                if grant.branch == BranchTable.institution {
                    everywhere = everywhere.subtracting(roles.denial(grant.role))
                    here = here.subtracting(roles.denial(grant.role))
                } else if grant.branch == place {
                    here = here.subtracting(roles.denial(grant.role))
                }
            }
        }
        everywhere.formUnion(here)
        return everywhere
    }

    /// The branches in which a user has a permission at a moment; nil when in the whole institution.
    package func branches(
        where user: String,
        has permission: String,
        at now: Timestamp,
        session: String? = nil
    ) -> Set<String>? {
        reach(of: user) { check(user, permission, in: $0, at: now, session: session).isAllowed }
    }

    /// The same where some roles alone count, as in a session in which they are active.
    package func branches(
        where user: String,
        has permission: String,
        at now: Timestamp,
        activating roles: [String]
    ) -> Set<String>? {
        reach(of: user) { check(user, permission, in: $0, at: now, activating: roles).isAllowed }
    }

    /// The roles that are active in a session, by their ids; none in one that is not there, not the user's, or over.
    package func roleIDs(activeIn session: String, of user: String, at now: Timestamp) -> [String] {
        activeRoles(in: session, of: user, at: now).compactMap { roles[$0]?.id }.sorted { $0.precedesByBytes($1) }
    }

    private func reach(of user: String, _ isAllowed: (AccessScope) -> Bool) -> Set<String>? {
        // What denies it in a branch does not take what is held in the whole institution.
        if isAllowed(.institution) { return nil }
        let names = (users[ExactKey(user)]?.grants ?? []).map(\.branch).filter { $0 != BranchTable.institution }
        return Set(Set(names).map { branches.name($0) }.filter { isAllowed(.branch($0)) })
    }
}
