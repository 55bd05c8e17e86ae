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
    ///
    /// Permissions are those that the user has in a branch by whatever gives them, roles in the whole institution among it.
    ///
    /// - Parameter branch: the branch that is asked for; if nil all in which the user has a role at one of the two moments.
    func changes(
        of user: String,
        since earlier: AccessModel,
        at before: Timestamp,
        until now: Timestamp,
        _ level: ReviewedChange.Level,
        in branch: String? = nil
    ) -> [ReviewedChange] {
        let reviewed =
            branch.map { [$0] } ?? earlier.places(of: user, at: before).union(places(of: user, at: now)).sorted()
        return reviewed.flatMap { branch -> [ReviewedChange] in
            let past = earlier.holdings(of: user, in: branch, at: before, level)
            let present = holdings(of: user, in: branch, at: now, level)
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

    /// The branches in which a user has a role.
    private func places(of user: String, at now: Timestamp) -> Set<String> {
        Set((users[ExactKey(user)]?.grants ?? []).filter { $0.counts(at: now) }.map { branches.name($0.branch) })
    }

    /// What a user has in a branch.
    private func holdings(
        of user: String,
        in branch: String,
        at now: Timestamp,
        _ level: ReviewedChange.Level
    ) -> Set<String> {
        let place = branches.index(branch)
        switch level {
        case .roles:
            let grants = (users[ExactKey(user)]?.grants ?? []).filter { $0.branch == place && $0.counts(at: now) }
            return Set(grants.compactMap { roles[$0.role]?.id })
        case .permissions:
            return Set(held(by: user, in: place, at: now).indices.map { permissions[$0].name })
        }
    }
}
