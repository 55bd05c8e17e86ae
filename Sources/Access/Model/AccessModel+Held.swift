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
            !separations.dynamicOnes.contains { separation in
                separation.mask(grant.role) != 0
                    && separation.isViolated(by: counting.reduce(0) { $0 | separation.mask($1.role) })
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
        var held = PermissionSet()
        for grant in grants(of: user, session: session, in: place, at: now)
        where end.map({ grant.until >= $0 }) ?? true {
            held.formUnion(roles.closure(grant.role))
        }
        guard roles.denyingCount > 0 else { return held }
        for grant in users[ExactKey(user)]?.grants ?? []
        where (grant.branch == BranchTable.institution || grant.branch == place) && !grant.isExpired(at: now)
            && grant.from <= end ?? now
        {
            held = held.subtracting(roles.denial(grant.role))
        }
        return held
    }

    /// The branches in which a user has a permission at a moment; nil when in the whole institution.
    ///
    /// Somebody to whom it is denied in single branches has it in those branches alone of which it is known that they are
    /// others: what belongs to no branch is not among them.
    package func branches(
        where user: String,
        has permission: String,
        at now: Timestamp,
        session: String? = nil
    ) -> Set<String>? {
        func isAllowed(in scope: AccessScope) -> Bool {
            check(user, permission, in: scope, at: now, session: session).isAllowed
        }
        let grants = users[ExactKey(user)]?.grants ?? []
        let isInstitutionWide = isAllowed(in: .institution)
        let restrictsBranches =
            (roles.denyingCount > 0 || !separations.dynamicOnes.isEmpty)
            && grants.contains { $0.branch != BranchTable.institution && $0.counts(at: now) }
        if isInstitutionWide && !restrictsBranches { return nil }
        let candidates = isInstitutionWide ? branches.all : grants.map(\.branch).map { branches.name($0) }
        return Set(candidates.filter { $0 != branches.name(BranchTable.institution) && isAllowed(in: .branch($0)) })
    }
}
