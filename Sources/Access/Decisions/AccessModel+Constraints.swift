import Events
import Time

/// Duties in one hand that are to be kept separate.
struct SeparationViolation: Sendable, Hashable {
    /// The separation, by id.
    var separationID: String
    /// Where, by index.
    var branch: Int32
    /// The assigned roles that bring it about, by index.
    var roles: [Int32]
}

extension AccessModel {
    /// The static separations that assignments break at some moment from `now` on.
    func violations(of grants: [Grant], at now: Timestamp) -> [SeparationViolation] {
        guard !separations.staticOnes.isEmpty else { return [] }
        // In each place, most of what is held together is held together when something begins.
        let moments = Set([now] + grants.map(\.from).filter { $0 > now })
        let places = Set(grants.map(\.branch)).sorted()
        var found: [SeparationViolation] = []
        for separation in separations.staticOnes {
            for place in places {
                let broken = moments.lazy.map { moment in
                    grants.filter { grant in
                        (grant.branch == place || grant.branch == BranchTable.institution) && grant.counts(at: moment)
                            && separation.mask(grant.role) != 0
                    }
                }
                .first { together in separation.isViolated(by: together.reduce(0) { $0 | separation.mask($1.role) }) }
                guard let broken else { continue }
                found.append(
                    SeparationViolation(
                        separationID: separation.separation.id,
                        branch: place,
                        roles: broken.map(\.role)
                    )
                )
            }
        }
        return found
    }

    /// Refuses an assignment that puts duties in one hand that are to be kept separate.
    func refuseSeparation(of user: String, with grant: Grant, at now: Timestamp) throws(AccessRefusal) {
        var after = users[ExactKey(user)] ?? UserGrants(version: 0)
        after.put(grant)
        guard let violation = violations(of: after.grants, at: now).first(where: { $0.roles.contains(grant.role) })
        else { return }
        let others = violation.roles.filter { $0 != grant.role }.compactMap { roles[$0]?.id }.sorted()
        throw AccessRefusal(
            .separated(separationID: violation.separationID),
            "The separation \(violation.separationID) keeps \(roles[grant.role]?.id ?? "") apart from what \(user) has"
                + (others.isEmpty ? "." : ": \(others.joined(separator: ", ")).")
        )
    }

    /// Refuses a change after which users would break separations, or lack prerequisites, that do not now.
    func refuseNewViolations(after: AccessModel, at now: Timestamp) throws(AccessRefusal) {
        try after.refuseRolesThatCannotBeActive()
        guard !after.separations.staticOnes.isEmpty else { return }
        var hashes: Set<UInt64> = []
        for separation in after.separations.staticOnes {
            for role in after.roles.indices where separation.mask(role) != 0 { hashes.formUnion(holders[role] ?? []) }
        }
        var broken: [(user: String, separation: String)] = []
        for hash in hashes {
            users.forEach(hash: hash) { key, user in
                let before = Set(violations(of: user.grants, at: now).map(\.separationID))
                let new = after.violations(of: user.grants, at: now).first { !before.contains($0.separationID) }
                if let new { broken.append((key.text, new.separationID)) }
            }
        }
        guard let first = broken.min(by: { $0.user < $1.user }) else { return }
        throw AccessRefusal(
            .separated(separationID: first.separation),
            "\(broken.count) \(broken.count == 1 ? "user has" : "users have") roles that the separation "
                + "\(first.separation) keeps apart, \(first.user) among them. Remove some of these roles first."
        )
    }

    /// Refuses roles that would break a dynamic separation by themselves, since they inherit too many of its roles:
    /// nobody could ever activate them.
    private func refuseRolesThatCannotBeActive() throws(AccessRefusal) {
        for separation in separations.dynamicOnes {
            guard let index = roles.indices.first(where: { separation.isViolated(by: separation.mask($0)) }),
                let role = roles[index]
            else { continue }
            throw AccessRefusal(
                .separated(separationID: separation.separation.id),
                "The role \(role.id) inherits roles that the separation \(separation.separation.id) keeps apart, so nobody "
                    + "could use it. Take one of them from it first."
            )
        }
    }

    /// Refuses an assignment to more users than may have the role.
    func refuseFull(_ index: Int32, for user: String, at now: Timestamp) throws(AccessRefusal) {
        guard let role = roles[index], let limit = role.requirements.maximumHolders else { return }
        let others = activeHolders(of: index, at: now).filter { !ExactKey.same($0.text, user) }.count
        guard others >= limit else { return }
        throw AccessRefusal(
            .full,
            "\(limit) \(limit == 1 ? "user" : "users") may have the role \(role.id), and as many do. "
                + "Remove it from somebody first."
        )
    }

    /// The users who have a role somewhere, or will have; expired assignments not counted.
    func activeHolders(of role: Int32, at now: Timestamp) -> [ExactKey] {
        holders(of: role).filter { user in
            users[user]?.grants.contains { $0.role == role && !$0.isExpired(at: now) } ?? false
        }
    }

    /// The prerequisites of an assignment that are not met when it begins, by id.
    func missingPrerequisites(of grant: Grant, among grants: [Grant], at now: Timestamp) -> [String] {
        let required = roles[grant.role]?.requirements.prerequisiteRoleIDs ?? []
        guard !required.isEmpty else { return [] }
        let begin = max(grant.from, now)
        let held = grants.filter { other in
            other.role != grant.role && other.counts(at: begin)
                && (other.branch == grant.branch || other.branch == BranchTable.institution)
        }
        return required.filter { id in
            guard let role = roles.index(id: id) else { return false }
            return !held.contains { roles.inherits($0.role, from: role) }
        }
    }

    /// Refuses an assignment to somebody who lacks what it requires.
    func refuseMissingPrerequisites(
        of user: String,
        for grant: Grant,
        in branch: String,
        at now: Timestamp
    ) throws(AccessRefusal) {
        let missing = missingPrerequisites(of: grant, among: users[ExactKey(user)]?.grants ?? [], at: now)
        guard let first = missing.first else { return }
        throw AccessRefusal(
            .prerequisite,
            "The role \(roles[grant.role]?.id ?? "") requires the role \(first) in \(branch), "
                + "which \(user) does not have then. Assign that first."
        )
    }

    /// Refuses to take a role, at some moment, on which another rests that the user has then or will have.
    func refuseLosingPrerequisites(
        of user: String,
        by role: Int32,
        in branch: String,
        at now: Timestamp
    ) throws(AccessRefusal) {
        let before = (users[ExactKey(user)]?.grants ?? []).filter { !$0.isExpired(at: now) }
        let place = branches.index(branch)
        let after = before.filter { $0.role != role || $0.branch != place }
        for grant in after {
            let missing = missingPrerequisites(of: grant, among: after, at: now)
            guard !missing.isEmpty, missing != missingPrerequisites(of: grant, among: before, at: now) else { continue }
            throw AccessRefusal(
                .prerequisite,
                "The role \(roles[grant.role]?.id ?? "") that \(user) has requires \(missing[0]). Remove it first."
            )
        }
    }

    /// Refuses an actor that does not hold, in the whole institution, all that the roles grant which a separation
    /// concerns: it takes from everybody who has them.
    func refuseOverreach(
        bySeparation id: String,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) {
        var concerned = PermissionSet()
        for separation in separations.staticOnes + separations.dynamicOnes
        where ExactKey.same(separation.separation.id, id) {
            for role in roles.indices where separation.mask(role) != 0 { concerned.formUnion(roles.closure(role)) }
        }
        try refuseOverreach(into: concerned, in: RBAC.institutionBranch, by: actor, at: now)
    }
}
