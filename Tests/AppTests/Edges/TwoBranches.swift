import Access
import App
import EventStore
import Events
import Institution
import JSON
import Notifications
import TestSupport
import Testing
import Time

/// Two branches with all that branches have. Whatever belongs to the one has a word in its ids and names by which it is
/// known wherever it turns up.
struct TwoBranches: Sendable {
    /// In everything of the branch that is looked from.
    static let own = "noord"
    /// In everything of the branch that is not to be seen.
    static let other = "zuid"
    /// The branches' ids.
    static let ownBranch = "b-noord"
    static let otherBranch = "b-zuid"

    let served: Served
    /// Who holds every permission in the one branch, and none elsewhere.
    let insider = "noord-insider"
    let insiderToken: String
    let adminToken: String
    /// Positions of the other branch's events, one of each type.
    var otherPositions: [Int64] = []
    /// The ids, by resource of the institution, as its endpoints take them.
    var otherThings: [String: String] = [:]
    var ownThings: [String: String] = [:]

    static func open<R: Sendable>(_ body: @escaping @Sendable (TwoBranches) async throws -> R) async throws -> R {
        try await Served.open { served in try await body(furnish(served)) }
    }

    /// Furnishes a server that has nothing yet.
    static func furnish(_ served: Served) async throws -> TwoBranches {
        let all = try await served.permissions()
        let admin = try await served.token(of: FirstStart.administrator)
        for (branch, word) in [(ownBranch, own), (otherBranch, other)] {
            try await furnish(branch, word, served, admin: admin)
        }
        let access = served.system.access
        // What is between the two: people in both, and what the institution says of both.
        for (branch, word) in [(ownBranch, own), (otherBranch, other)] {
            let role = "\(word)-role-clerk"
            _ = try await access.assignRoleToUser(
                AssignRole(userID: "both", roleID: role, branch: branch),
                Served.admin
            )
        }
        let clerks = [own, other].map { "\($0)-role-clerk" }
        let both = SetSeparation(
            separationID: "sep-both",
            kind: .dynamic,
            name: "Both",
            roleIDs: clerks,
            cardinality: 2
        )
        _ = try await access.setSeparation(both, Served.admin)
        let insider = "noord-insider"
        let token = try await served.token(of: insider)
        try await served.grant(all, to: insider, in: ownBranch, role: "noord-role-all")
        try await served.settle()
        var branches = TwoBranches(served: served, insiderToken: token, adminToken: admin)
        branches.otherPositions = try await Psql.run(
            "select min(position) from log.events where branch = '\(otherBranch)' group by type order by 1",
            on: served.url
        ).split(separator: "\n").compactMap { Int64($0) }
        for resource in Resource.all {
            for item in try await served.send(Sending(.get, "/institution/\(resource.name)"), token: admin).items {
                let id = resource.key.map { item[$0]?.string ?? item[$0]?.int64.map(String.init) ?? "" }
                let isOther = item["branchId"]?.string == otherBranch
                if isOther {
                    branches.otherThings[resource.name] = id.joined(separator: ",")
                } else {
                    branches.ownThings[resource.name] = id.joined(separator: ",")
                }
            }
        }
        return branches
    }

    /// More of the other branch.
    func addToOther(_ word: String) async throws {
        try await Self.furnish(Self.otherBranch, word, served, admin: adminToken)
        try await served.settle()
    }

    private static func furnish(_ branch: String, _ word: String, _ served: Served, admin: String) async throws {
        let access = served.system.access
        let role = "\(word)-role-teacher"
        let template = "\(word)-role-template"
        let define = { (role: String, permissions: [String]) in
            DefineRole(
                roleID: role,
                branch: branch,
                name: "\(role)-name",
                description: "\(role)-description",
                permissionIDs: permissions
            )
        }
        _ = try await access.defineRole(define("\(word)-role-clerk", ["institution.fees:read"]), Served.admin)
        var model = define(template, ["institution.students:read", "rbac.roles:list"])
        model.isTemplate = true
        _ = try await access.defineRole(model, Served.admin)
        var teacher = define(role, ["institution.grades:read"])
        teacher.parentRoleIDs = ["\(word)-role-clerk"]
        teacher.deniedPermissionIDs = ["institution.payments:read"]
        _ = try await access.defineRole(teacher, Served.admin)
        var copy = define("\(word)-role-copy", [])
        copy.permissionIDs = nil
        copy.templateRoleID = template
        _ = try await access.defineRole(copy, Served.admin)
        _ = try await access.assignPermissionToRole(
            AssignPermission(roleID: template, permissionID: "institution.leave-requests:read"),
            Served.admin
        )
        let user = "\(word)-user"
        _ = try await served.token(of: user)
        let soon = Timestamp.now().advanced(by: .seconds(86_400))
        for (role, end) in [(role, soon), ("\(word)-role-clerk", nil), ("admin", nil)] as [(String, Timestamp?)] {
            let assign = AssignRole(userID: user, roleID: role, branch: branch, expiresAt: end)
            _ = try await access.assignRoleToUser(assign, Served.admin)
        }
        let apart = SetSeparation(
            separationID: "\(word)-separation",
            kind: .static,
            name: "\(word) apart",
            roleIDs: ["\(word)-role-copy", template]
        )
        _ = try await access.setSeparation(apart, Served.admin)
        let context = CommandContext(actor: .user(user))
        let open = OpenSession(
            sessionID: "\(word)-session",
            roleIDs: [role],
            expiresAt: soon.advanced(by: .seconds(-60_000))
        )
        _ = try await access.openSession(open, context)
        // Decisions and reads, by the branch's own people.
        let token = try await served.system.tokens.issue(to: user, CommandContext(actor: .operator)).secret
        let check = #"{"userId":"\#(user)","permission":"institution.grades:read","branchId":"\#(branch)"}"#
        for request in [
            Sending(.post, "/rbac/check", check), Sending(.get, "/audit/events?branch=\(branch)"),
            Sending(.get, "/rbac/roles?branchId=\(branch)"),
        ] {
            let answer = try await served.send(request, token: token)
            #expect(answer.status == 200, "\(request): \(answer)")
        }
        let logged = Audit.AccessLogged(
            userID: user,
            action: "\(word)-action",
            resource: "\(word)-resource",
            resourceID: "\(word)-thing",
            status: "success"
        )
        _ = try await access.auditAccessLog(logged, branchID: branch, Served.admin)
        for type in EventExample.lifeOfABranch where type != "institution.branch-opened" || word == own || word == other
        {
            let request = Sending.event(type, EventExample.data(of: type, branch: branch, word: word))
            let answer = try await served.send(request, token: admin)
            #expect(answer.status == 201, "\(type): \(answer)")
        }
        _ = try await served.system.notifications.send(
            NotificationDraft(title: "\(word) headline", text: "\(word) words", link: "/\(word)"),
            to: .users([user]),
            in: branch,
            id: "\(word)-notification",
            by: Author(id: user)
        )
    }
}
