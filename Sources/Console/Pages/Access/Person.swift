import Access
import HTTPAPI
import Time

extension ConsoleSite {
    /// `GET /console/access/people/{userId}`: the roles of one person by branch, as far as the reader may see them, and what they may
    /// do by them, where the reader may search for that.
    var personPage: Endpoint {
        let permission = BuiltInPermission.readUserRoles
        return Endpoint(
            .get,
            "/console/access/people/{userId}",
            "Show what somebody has",
            tag: "console",
            access: .permission(permission.name, in: .decidedByHandler),
            mayBeKept: false,
            inputs: Path("userId", .identifier, "Who."),
            IdentifierQuery("branch"),
            RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, user, query, head in
            let moment = accessMoment(head)
            let time = try await time(head, context)
            let readable = try await Endpoint.readable(nil, parts.access, context)
            let roles = try await parts.access.getUserRoles(user, branches: readable, asOf: moment, limit: 1_000).value
            let byBranch = Dictionary(grouping: roles, by: \.branchID).sorted { $0.key < $1.key }
            var values: [String: Any] = [
                "user": user,
                "branches": byBranch.map { branch, roles in
                    [
                        "branch": branch, "isEverywhere": branch == BranchScope.institutionBranch,
                        "grants": roles.map { GrantLine($0, at: time).values },
                    ] as [String: Any]
                },
                "isEmpty": roles.isEmpty,
                "history": ConsolePaths.page(ConsolePaths.history, [("resource", "user"), ("resourceId", user)]),
            ]
            // What they may do in the branch that is asked for; else in the first where they have something, if the reader may search.
            var asked = query["branch"]
            if asked == nil {
                for place in byBranch.map(\.key) + [BranchScope.institutionBranch]
                where try await context.allows(BuiltInPermission.searchAccess.name, in: BranchScope(place: place)) {
                    asked = place
                    break
                }
            }
            if let asked {
                values["held"] = try await held(by: user, in: asked, moment, context)
                values["place"] = asked
                let places = Set([BranchScope.institutionBranch, asked] + byBranch.map(\.key)).sorted()
                values["places"] = places.map { place in
                    [
                        "name": place, "isHere": place == asked,
                        "path": ConsolePaths.page(ConsolePaths.person(user), [("branch", place)]),
                    ] as [String: Any]
                }
            }
            return try await accessPage("person", values, at: "people", context, head)
        }
    }
}

/// An assignment as templates have it.
struct GrantLine {
    /// What counts as soon.
    static let soon = Duration.seconds(30 * 86_400)

    let values: [String: Any]

    /// - Parameter time: by which it is judged what has ended, and what ends soon.
    init(_ grant: UserRoleRecord, at time: Timestamp) {
        let hasEnded = grant.expiresAt.map { $0 <= time } ?? false
        values = [
            "user": grant.userID,
            "person": ConsolePaths.person(grant.userID),
            "role": grant.roleID,
            "roleName": grant.roleName == grant.roleID ? false : grant.roleName,
            "rolePath": ConsolePaths.role(grant.roleID),
            "branch": grant.branchID,
            "since": MomentText.words(grant.assignedAt),
            "by": grant.assignedBy,
            "event": ConsolePaths.event(grant.assignedPosition),
            "position": Figure.grouped(grant.assignedPosition),
            "starts": grant.startsAt.map { MomentText.words($0) as Any } ?? false,
            "ends": grant.expiresAt.map { MomentText.words($0) as Any } ?? false,
            "hasEnded": hasEnded,
            "hasNotBegun": !grant.isActive && !hasEnded,
            "endsSoon": grant.expiresAt.map { !hasEnded && $0 - time <= Self.soon } ?? false,
            "left": grant.expiresAt.map { hasEnded ? false : Figure.duration($0 - time) as Any } ?? false,
        ]
    }
}
