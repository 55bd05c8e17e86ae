import Events
import Time

/// A line of a review of what changed between two moments.
package struct ReviewedChange: Sendable, Hashable {
    /// What became of it.
    package enum Change: String, Sendable, Hashable {
        /// Held at the second moment, and not at the first.
        case gained
        /// Held at both.
        case kept
        /// Held at the first moment, and not at the second.
        case lost
    }

    /// What is reviewed.
    package enum Level: String, Sendable, Hashable, CaseIterable {
        /// The roles that users have.
        case roles
        /// The permissions that users have by them, whatever changed them.
        case permissions
    }

    /// Whose.
    package var userID: String
    /// Where.
    package var branchID: String
    /// What became of it.
    package var change: Change
    /// The role's id, or the permission's name.
    package var what: String
}

extension AccessModel {
    /// What a user gained, kept and lost from an earlier moment to this one, in one order for every run.
    func changes(
        of user: String,
        since earlier: AccessModel,
        at before: Timestamp,
        until now: Timestamp,
        _ level: ReviewedChange.Level
    ) -> [ReviewedChange] {
        let old = earlier.holdings(of: user, at: before, level)
        let new = holdings(of: user, at: now, level)
        return Set(old.keys).union(new.keys).sorted().flatMap { branch -> [ReviewedChange] in
            let (past, present) = (old[branch] ?? [], new[branch] ?? [])
            return past.union(present).sorted().map { what in
                ReviewedChange(
                    userID: user,
                    branchID: branch,
                    change: !past.contains(what) ? .gained : present.contains(what) ? .kept : .lost,
                    what: what
                )
            }
        }
    }

    /// What a user has, by branch.
    private func holdings(
        of user: String,
        at now: Timestamp,
        _ level: ReviewedChange.Level
    ) -> [String: Set<String>] {
        let counting = (users[ExactKey(user)]?.grants ?? []).filter { $0.counts(at: now) }
        var held: [String: Set<String>] = [:]
        for branch in Set(counting.map(\.branch)) {
            let names: [String] =
                switch level {
                case .roles: counting.filter { $0.branch == branch }.compactMap { roles[$0.role]?.id }
                case .permissions: self.held(by: user, in: branch, at: now).indices.map { permissions[$0].name }
                }
            held[branches.name(branch)] = Set(names)
        }
        return held
    }
}
