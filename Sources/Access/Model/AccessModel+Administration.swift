package import Time

extension AccessModel {
    /// The permissions that make an administrator; nil before they are installed.
    var administration: PermissionSet? {
        var set = PermissionSet()
        for permission in BuiltInPermission.administration {
            guard let index = permissions.index(name: permission.name) else { return nil }
            set.insert(index)
        }
        return set
    }

    /// Whether a user holds, in the institution as a whole and without an end date, all that administering takes.
    ///
    /// An assignment that will expire does not count: on the day it does, nobody would be left. Neither does one that is
    /// yet to begin, while a denial counts from when it is assigned.
    func administers(_ user: String, at now: Timestamp) -> Bool {
        guard let administration, let user = users[ExactKey(user)] else { return false }
        return administers(user, administration, at: now)
    }

    /// Whether somebody administers.
    package func hasAdministrator(at now: Timestamp) -> Bool {
        guard let administration else { return false }
        // Whoever administers has a role that grants the rarest of these permissions, so nobody else need be looked at.
        let candidates = administration.indices
            .map { permission in (0..<Int32(roles.closures.rowCount)).filter { roles.grants($0, permission) } }
            .min { holderCount(of: $0) < holderCount(of: $1) }
        return (candidates ?? []).contains { role in
            (holders[role] ?? []).contains { hash in
                var isAdministrator = false
                users.forEach(hash: hash) { _, user in
                    if administers(user, administration, at: now) { isAdministrator = true }
                }
                return isAdministrator
            }
        }
    }

    private func holderCount(of roles: [Int32]) -> Int {
        roles.reduce(0) { $0 + (holders[$1]?.count ?? 0) }
    }

    private func administers(_ user: UserGrants, _ administration: PermissionSet, at now: Timestamp) -> Bool {
        var held = PermissionSet()
        for grant in user.grants
        where grant.branch == BranchTable.institution && grant.until == .latest && grant.isStarted(at: now)
            && !separations.dynamicOnes.contains(where: { $0.isViolated(by: $0.mask(grant.role)) })
        {
            held.formUnion(roles.closure(grant.role))
        }
        for grant in user.grants where grant.branch == BranchTable.institution && !grant.isExpired(at: now) {
            held = held.subtracting(roles.denial(grant.role))
        }
        return administration.isSubset(of: held)
    }
}
