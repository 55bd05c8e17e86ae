package import Time

/// A grant that nobody seems to use.
package struct DormantGrant: Sendable, Hashable {
    /// Whose.
    package var userID: String
    /// Which role.
    package var roleID: String
    /// Where.
    package var branchID: String
    /// When anything that the role grants was last allowed there; nil for never.
    package var lastUsedAt: Timestamp?
}

/// When a user was last allowed something.
struct LastUse: Sendable {
    /// The permission's name.
    var permission: String
    /// Where; empty for some branch or other.
    var branchID: String
    /// When.
    var at: Timestamp
}

extension AccessModel {
    /// A user's grants that count, of which nothing was allowed since a time.
    func dormant(
        _ user: String,
        _ uses: [LastUse],
        since: Timestamp,
        at now: Timestamp
    ) -> [DormantGrant] {
        (users[ExactKey(user)]?.grants ?? []).filter { $0.counts(at: now) }.compactMap { grant in
            let branch = branches.name(grant.branch)
            let last = uses.filter { use in
                (grant.branch == BranchTable.institution || use.branchID == branch || use.branchID.isEmpty)
                    && granting(use.permission).contains { roles.grants(grant.role, $0) }
            }
            .map(\.at).max()
            if let last, last >= since { return nil }
            return DormantGrant(
                userID: user,
                roleID: roles[grant.role]?.id ?? "",
                branchID: branch,
                lastUsedAt: last
            )
        }
    }
}
