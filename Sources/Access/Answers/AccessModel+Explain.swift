import Events
package import Time

extension AccessModel {
    /// How many roles are proposed at most.
    private static let proposals = 10

    /// Why a user may do something in a place, or may not.
    package func explain(
        _ user: String,
        _ permission: String,
        in scope: AccessScope,
        at now: Timestamp,
        session: String? = nil
    ) -> Explanation {
        let verdict = check(user, permission, in: scope, at: now, session: session)
        let place: Int32? =
            switch scope {
            case .institution, .anywhere: BranchTable.institution
            case .branch(let name): branches.index(name)
            }
        let deciding = deciding(permission)
        let (granting, denying) = (deciding.granting.all, deciding.denying.all)
        let grants = (users[ExactKey(user)]?.grants ?? []).filter { grant in
            grant.branch == BranchTable.institution || grant.branch == place || scope == .anywhere
        }
        let active = session.map { activeRoles(in: $0, of: user, at: now) }
        let counting = Set(self.grants(of: user, session: session, in: place, at: now))
        let granted = grants.compactMap { grant in
            chain(of: grant, to: granting, named: permission, { $0.own }) { lineage in
                if grant.isExpired(at: now) { return .expired }
                if !grant.isStarted(at: now) { return .notStarted }
                if let active, !active.contains(grant.role) { return .inactive }
                return counting.contains(grant) || scope == .anywhere ? .allowed : .separated
            }
        }
        let denied = grants.filter { $0.counts(at: now) && !verdict.isAllowed }.compactMap { grant in
            denialChain(of: grant, to: denying, named: permission)
        }
        var explanation = Explanation(verdict: verdict, grants: granted, denials: denied, remedies: [])
        if !verdict.isAllowed {
            explanation.remedies = remedies(explanation, granting, denying, scope)
        }
        return explanation
    }

    /// The permissions of which one has to be granted.
    func granting(_ permission: String) -> [Int32] { deciding(permission).granting.all }

    private func chain(
        of grant: Grant,
        to goals: [Int32],
        named permission: String,
        _ own: (Role) -> PermissionSet,
        _ verdict: ([String]) -> AccessVerdict
    ) -> Explanation.Chain? {
        for goal in goals where roles.grants(grant.role, goal) {
            guard
                let (lineage, start) = nearest(
                    from: grant.role,
                    where: { role in
                        let own = own(role)
                        if own.contains(goal) { return goal }
                        return permissions.graph.covering(goal).first { own.contains($0) }
                    }
                )
            else { continue }
            var steps = path(from: start, to: goal)
            if permissions[goal].name != permission { steps.append(.init(permission: permission, reason: .name)) }
            return link(grant, lineage, steps, verdict(lineage))
        }
        return nil
    }

    private func denialChain(of grant: Grant, to goals: [Int32], named permission: String) -> Explanation.Chain? {
        for goal in goals where roles.denies(grant.role, goal) {
            guard
                let (lineage, start) = nearest(
                    from: grant.role,
                    where: { role in
                        role.denied.indices.first { permissions.graph.denied(PermissionSet([$0])).contains(goal) }
                    }
                )
            else { continue }
            var steps = [Explanation.Step(permission: permissions[start].name, reason: .own)]
            if permissions[start].name != permission { steps.append(.init(permission: permission, reason: .name)) }
            return link(grant, lineage, steps, .denied)
        }
        return nil
    }

    private func link(
        _ grant: Grant,
        _ lineage: [String],
        _ steps: [Explanation.Step],
        _ verdict: AccessVerdict
    ) -> Explanation.Chain {
        Explanation.Chain(
            roleID: roles[grant.role]?.id ?? "",
            branchID: branches.name(grant.branch),
            startsAt: grant.from == .earliest ? nil : grant.from,
            expiresAt: grant.until == .latest ? nil : grant.until,
            verdict: verdict,
            lineage: lineage,
            permissions: steps
        )
    }

    /// The shortest way by parents to a role that has something, and what it has.
    private func nearest(from role: Int32, where find: (Role) -> Int32?) -> (lineage: [String], found: Int32)? {
        var cameFrom: [Int32: Int32] = [:]
        for next in roles.lineage(of: role) {
            guard let details = roles[next] else { continue }
            if let found = find(details) {
                var way = [next]
                while let last = way.last, let before = cameFrom[last] { way.append(before) }
                return (way.reversed().compactMap { roles[$0]?.id }, found)
            }
            for parent in details.parents where parent != role && cameFrom[parent] == nil { cameFrom[parent] = next }
        }
        return nil
    }

    /// How a permission follows from one that covers it, step by step.
    private func path(from start: Int32, to goal: Int32) -> [Explanation.Step] {
        let graph = permissions.graph
        func covers(_ one: Int32, _ other: Int32) -> Bool {
            ResourcePath.enclosing(permissions[other].resource).contains(permissions[one].resource)
                && OrderedAction.includes(permissions[one].action, permissions[other].action)
        }
        var cameFrom: [Int32: (from: Int32, reason: Explanation.Step.Reason)] = [:]
        var waiting = [start]
        var next = 0
        while next < waiting.count, cameFrom[goal] == nil, start != goal {
            let current = waiting[next]
            next += 1
            let implied = graph.implied(by: current).map { ($0, Explanation.Step.Reason.implication) }
            let named = graph.covered(by: current).filter { covers(current, $0) }.map {
                ($0, Explanation.Step.Reason.name)
            }
            for (other, reason) in implied + named where other != start && cameFrom[other] == nil {
                cameFrom[other] = (current, reason)
                waiting.append(other)
            }
        }
        var steps: [Explanation.Step] = []
        var current = goal
        while current != start, let step = cameFrom[current] {
            steps.append(.init(permission: permissions[current].name, reason: step.reason))
            current = step.from
        }
        return [.init(permission: permissions[start].name, reason: .own)] + steps.reversed()
    }

    private func remedies(
        _ explanation: Explanation,
        _ granting: [Int32],
        _ denying: [Int32],
        _ scope: AccessScope
    ) -> [Explanation.Remedy] {
        func remedy(_ deed: Explanation.Remedy.Deed, _ chain: Explanation.Chain) -> Explanation.Remedy {
            let role = roles.index(id: chain.roleID)
            return .init(
                deed: deed,
                roleID: chain.roleID,
                branchID: chain.branchID,
                permissionCount: role.map { roles.closure($0).indices.count } ?? 0
            )
        }
        if !explanation.denials.isEmpty { return explanation.denials.map { remedy(.lift, $0) } }
        let present = explanation.grants.compactMap { chain -> Explanation.Remedy? in
            switch chain.verdict {
            case .expired: remedy(.renew, chain)
            case .notStarted: remedy(.wait, chain)
            case .inactive, .separated: remedy(.activate, chain)
            default: nil
            }
        }
        if !present.isEmpty { return present }
        let branch = if case .branch(let name) = scope { name } else { RBAC.institutionBranch }
        let candidates = roles.indices.filter { role in
            guard let home = roles[role]?.branch, home == RBAC.institutionBranch || home == branch else { return false }
            return granting.contains { roles.grants(role, $0) } && !denying.contains { roles.denies(role, $0) }
        }
        return candidates.map { role in
            Explanation.Remedy(
                deed: .assign,
                roleID: roles[role]?.id ?? "",
                branchID: branch,
                permissionCount: roles.closure(role).indices.count
            )
        }
        .sorted { ($0.permissionCount, $0.roleID) < ($1.permissionCount, $1.roleID) }
        .prefix(Self.proposals).map(\.self)
    }
}
