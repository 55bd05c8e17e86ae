import Events
package import Time

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

/// Something that breaks a rule of access.
package struct RuleViolation: Sendable, Hashable {
    /// Which kind of rule.
    package enum Rule: String, Sendable, Hashable {
        /// Duties are in one hand that are to be kept separate.
        case separation
        /// A role is had by somebody who lacks what it requires.
        case prerequisite
        /// More have a role than may.
        case cardinality
    }

    /// Which kind of rule.
    package var rule: Rule
    /// The separation's or the role's id.
    package var ruleID: String
    /// Who breaks it; nil where it is all who have the role.
    package var userID: String?
    /// Where.
    package var branchID: String
    /// The roles that bring it about, by id.
    package var roleIDs: [String]
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

    /// Everything that breaks a rule at a moment.
    func ruleViolations(at now: Timestamp) -> [RuleViolation] {
        (separationViolations(at: now) + roleViolations(at: now)).sorted {
            ($0.rule.rawValue, $0.ruleID, $0.userID ?? "", $0.branchID)
                < ($1.rule.rawValue, $1.ruleID, $1.userID ?? "", $1.branchID)
        }
    }

    private func separationViolations(at now: Timestamp) -> [RuleViolation] {
        var concerned: Set<UInt64> = []
        for separation in separations.staticOnes {
            for role in roles.indices where separation.mask(role) != 0 { concerned.formUnion(holders[role] ?? []) }
        }
        var found: [RuleViolation] = []
        for hash in concerned {
            users.forEach(hash: hash) { user, held in
                found += violations(of: held.grants.filter { $0.counts(at: now) }, at: now).map { violation in
                    RuleViolation(
                        rule: .separation,
                        ruleID: violation.separationID,
                        userID: user.text,
                        branchID: branches.name(violation.branch),
                        roleIDs: violation.roles.compactMap { roles[$0]?.id }.sorted()
                    )
                }
            }
        }
        return found
    }

    private func roleViolations(at now: Timestamp) -> [RuleViolation] {
        roles.indices.flatMap { index -> [RuleViolation] in
            guard let role = roles[index] else { return [] }
            var found: [RuleViolation] = []
            if let limit = role.requirements.maximumHolders, activeHolders(of: index, at: now).count > limit {
                found.append(
                    .init(rule: .cardinality, ruleID: role.id, userID: nil, branchID: role.branch, roleIDs: [role.id])
                )
            }
            guard !role.requirements.prerequisiteRoleIDs.isEmpty else { return found }
            for user in holders(of: index) {
                let grants = users[user]?.grants ?? []
                for grant in grants where grant.role == index && grant.counts(at: now) {
                    let missing = missingPrerequisites(of: grant, among: grants, at: now)
                    guard !missing.isEmpty else { continue }
                    found.append(
                        .init(
                            rule: .prerequisite,
                            ruleID: role.id,
                            userID: user.text,
                            branchID: branches.name(grant.branch),
                            roleIDs: missing
                        )
                    )
                }
            }
            return found
        }
    }
}
