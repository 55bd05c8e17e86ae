import Access

/// An explanation as its template has it: each chain from the person to the permission, link by link, with the event that made it.
struct WhyFacts {
    let values: [String: Any]

    init(_ answer: ExplainedAccess, user: String) {
        let explanation = answer.explanation
        let evidence = answer.evidence
        func chains(_ chains: [Explanation.Chain], denies: Bool) -> [[String: Any]] {
            chains.map { chain in
                [
                    "verdict": Self.words(chain.verdict), "isGood": chain.verdict.isAllowed,
                    "starts": chain.startsAt.map { MomentText.words($0) as Any } ?? false,
                    "ends": chain.expiresAt.map { MomentText.words($0) as Any } ?? false,
                    "steps": Self.steps(chain, user: user, denies: denies, evidence),
                ] as [String: Any]
            }
        }
        values = [
            "isAllowed": explanation.verdict.isAllowed,
            "verdict": Self.words(explanation.verdict),
            "judgedAt": MomentText.words(answer.time),
            "grants": chains(explanation.grants, denies: false), "hasGrants": !explanation.grants.isEmpty,
            "denials": chains(explanation.denials, denies: true), "hasDenials": !explanation.denials.isEmpty,
            "remedies": explanation.remedies.map { remedy in
                [
                    "deed": Self.words(remedy.deed), "role": remedy.roleID, "path": ConsolePaths.role(remedy.roleID),
                    "branch": remedy.branchID, "count": String(remedy.permissionCount),
                ]
            },
            "hasRemedies": !explanation.remedies.isEmpty,
        ]
    }

    private static func steps(
        _ chain: Explanation.Chain,
        user: String,
        denies: Bool,
        _ evidence: [Evidence]
    ) -> [[String: Any]] {
        func link(_ words: String, _ isFact: (Evidence.Fact) -> Bool) -> [String: Any] {
            guard let found = evidence.first(where: { isFact($0.fact) }) else {
                return ["words": words, "event": false]
            }
            return [
                "words": words, "event": ConsolePaths.event(found.position), "position": Figure.grouped(found.position),
                "at": MomentText.words(found.at), "by": found.by,
                "restored": found.restoredPosition.map { ConsolePaths.event($0) as Any } ?? false,
            ]
        }
        func node(_ kind: String, _ id: String, _ path: String, _ link: Any) -> [String: Any] {
            ["kind": kind, "id": id, "path": path, "link": link]
        }
        var steps = [node("person", user, ConsolePaths.person(user), false)]
        steps.append(
            node(
                "role",
                chain.roleID,
                ConsolePaths.role(chain.roleID),
                link("has, in \(chain.branchID),") { fact in
                    fact == .assignment(userID: user, roleID: chain.roleID, branchID: chain.branchID)
                }
            )
        )
        for (role, parent) in zip(chain.lineage, chain.lineage.dropFirst()) {
            let made = link("inherits from") { $0 == .parent(roleID: role, parentRoleID: parent) }
            steps.append(node("role", parent, ConsolePaths.role(parent), made))
        }
        var before = chain.permissions.first?.permission ?? ""
        for (place, step) in chain.permissions.enumerated() {
            let who = ConsolePaths.page("\(ConsolePaths.access)/who", [("permission", step.permission)])
            let made: [String: Any] =
                switch step.reason {
                case .own where place == 0:
                    link(denies ? "denies" : "grants") { fact in
                        // What a role has of itself is told by the permission's id; there is one such fact for each role.
                        switch fact {
                        case .permission(let role, _): !denies && role == chain.lineage.last
                        case .denial(let role, _): denies && role == chain.lineage.last
                        default: false
                        }
                    }
                case .implication:
                    link("implies") { $0 == .implication(permissionID: before, impliedID: step.permission) }
                case .own, .name: ["words": "covers by its name", "event": false]
                }
            steps.append(node("permission", step.permission, who, made))
            before = step.permission
        }
        return steps
    }

    static func words(_ verdict: AccessVerdict) -> String {
        switch verdict {
        case .allowed: "Allowed"
        case .unknownPermission: "There is no such permission"
        case .notGranted: "Not granted"
        case .expired: "The assignment has expired"
        case .notStarted: "The assignment has not begun"
        case .inactive: "Not active in the session"
        case .separated: "Kept apart from another duty"
        case .denied: "Denied"
        }
    }

    private static func words(_ deed: Explanation.Remedy.Deed) -> String {
        switch deed {
        case .assign: "Assign"
        case .renew: "Renew"
        case .wait: "Wait for"
        case .lift: "Lift what is denied by"
        case .activate: "Activate in a session"
        }
    }
}
