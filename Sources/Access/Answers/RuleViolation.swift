import Time

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
