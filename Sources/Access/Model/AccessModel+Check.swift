package import Time

/// The answer to "may this user do that?".
package enum AccessVerdict: Sendable, Hashable {
    /// Allowed.
    case allowed
    /// There is no such permission, so nobody has it.
    case unknownPermission
    /// None of the user's roles, in this branch or in the institution as a whole, grants it.
    case notGranted
    /// A role would grant it, but its assignment has expired.
    case expired

    /// Whether the user may.
    package var isAllowed: Bool { self == .allowed }

    /// The verdict in a word, as it is recorded.
    package var reason: String {
        switch self {
        case .allowed: "granted"
        case .unknownPermission: "unknown-permission"
        case .notGranted: "not-granted"
        case .expired: "expired"
        }
    }
}

/// Where a permission has to hold.
package enum AccessScope: Sendable, Hashable {
    /// In the institution as a whole: an assignment in a single branch is not enough.
    case institution
    /// In this branch; an assignment in the institution as a whole holds there too.
    case branch(String)
    /// In some branch or other. For what belongs to no branch, and for turning strangers away early.
    case anywhere
}

extension AccessModel {
    /// Whether a user has a permission, named `resource:action`, at a moment.
    ///
    /// Reads this value alone: no query, no lock, no allocation.
    package func check(_ user: String, _ permission: String, in scope: AccessScope, at now: Timestamp) -> AccessVerdict
    {
        let branch: Int32? =
            switch scope {
            case .institution, .anywhere: BranchTable.institution
            case .branch(let name): branches.index(name)
            }
        let anywhere = scope == .anywhere
        return KeyedHash.withBytes(of: user) { user in
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
                        else { return .unknownPermission }
                        guard let grants = KeyBlock.data(of: user, userHash, at: userSlot, in: userWords) else {
                            return .notGranted
                        }
                        let permission = Int32(truncatingIfNeeded: index[0])
                        return verdict(grants, permission, branch, anywhere, now)
                    }
                }
            }
        }
    }

    @inline(__always)
    private func verdict(
        _ grants: UnsafeBufferPointer<UInt64>,
        _ permission: Int32,
        _ branch: Int32?,
        _ anywhere: Bool,
        _ now: Timestamp
    ) -> AccessVerdict {
        var verdict = AccessVerdict.notGranted
        for index in 0..<grants.grantCount {
            let grant = grants.grant(index)
            guard grant.branch == BranchTable.institution || grant.branch == branch || anywhere else { continue }
            guard roles.grants(grant.role, permission) else { continue }
            if grant.counts(at: now) { return .allowed }
            verdict = .expired
        }
        return verdict
    }

    /// All that a user may do in a branch (nil: in the institution as a whole) from now to `end`; by default at this
    /// moment.
    func held(by user: String, in branch: Int32?, at now: Timestamp, until end: Timestamp? = nil) -> PermissionSet {
        var held = PermissionSet()
        for grant in grants(of: user, in: branch, at: now) where end.map({ grant.until >= $0 }) ?? true {
            held.formUnion(roles.closure(grant.role))
        }
        return held
    }

    /// What was assigned to a user and counts in a branch at a moment.
    func grants(of user: String, in branch: Int32?, at now: Timestamp) -> [Grant] {
        (users[ExactKey(user)]?.grants ?? []).filter {
            ($0.branch == BranchTable.institution || $0.branch == branch) && $0.counts(at: now)
        }
    }

    /// The branches in which a user has a permission at a moment; nil when in the whole institution.
    package func branches(where user: String, has permission: String, at now: Timestamp) -> Set<String>? {
        guard let permission = permissions.index(name: permission) else { return [] }
        var names: Set<String> = []
        for grant in users[ExactKey(user)]?.grants ?? []
        where grant.counts(at: now) && roles.grants(grant.role, permission) {
            if grant.branch == BranchTable.institution { return nil }
            names.insert(branches.name(grant.branch))
        }
        return names
    }
}
