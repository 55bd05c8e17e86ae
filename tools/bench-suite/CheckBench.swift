import Access
import Events
import Foundation
import Time

/// Permission checks in process: 1,000 roles ten deep, 10,000 permissions, beside a walk over plain dictionaries.
enum CheckBench {
    static func run(_ options: BenchOptions, _ directory: URL, _ report: inout BenchReport) async throws {
        let users = options.users
        var model = AccessModel()
        var walk = DictionaryWalk()
        for index in 0..<10_000 {
            let event = RBAC.PermissionCreated(
                permissionID: "p\(index)",
                name: "resource\(index):read",
                resource: "resource\(index)",
                action: "read"
            )
            model.apply(.permissionCreated(event), version: 0)
        }
        for index in 0..<1_000 {
            // A hundred families of ten generations; each role adds ten permissions to its parent's.
            let parent = index % 10 == 0 ? nil : "r\(index - 1)"
            let permissions = (0..<10).map { "p\(index * 10 + $0)" }
            model.apply(
                .roleDefined(
                    RBAC.RoleDefined(
                        roleID: "r\(index)",
                        branchID: "b\(index % 4)",
                        name: "Role \(index)",
                        parentRoleID: parent,
                        permissionIDs: permissions
                    )
                ),
                version: 0
            )
            walk.parents["r\(index)"] = parent
            walk.permissions["r\(index)"] = Set((0..<10).map { "resource\(index * 10 + $0):read" })
        }
        for index in 0..<users {
            for role in [index % 1_000, (index * 7 + 3) % 1_000] {
                let event = RBAC.RoleAssigned(userID: "u\(index)", roleID: "r\(role)", branchID: "b\(role % 4)")
                model.apply(.roleAssigned(event), version: Int64(0))
                walk.roles["u\(index)", default: []].append(("b\(role % 4)", "r\(role)"))
            }
        }
        let now = Timestamp.now()
        let questions = (0..<65_536).map { _ in
            let user = Int.random(in: 0..<users)
            let role = user % 1_000
            let wanted = Bool.random() ? role - role % 10 : Int.random(in: 0..<1_000)
            return ("u\(user)", "resource\(wanted * 10 + 3):read", AccessScope.branch("b\(role % 4)"), "b\(role % 4)")
        }
        var allowed = 0
        let samples = time(questions) { question in
            if model.check(question.0, question.1, in: question.2, at: now).isAllowed { allowed += 1 }
        }
        var expected = 0
        let walked = time(questions) { question in
            if walk.check(question.0, question.1, branch: question.3) { expected += 1 }
        }
        guard allowed == expected else {
            throw BenchOptions.Mistake(description: "the model allows \(allowed) where the walk allows \(expected)")
        }
        let name = "check, \(users) users, 1000 roles, depth 10"
        for (share, label) in [(0.5, "median"), (0.99, "p99")] {
            report.add(
                "\(name), \(label)",
                Stopwatch.percentile(share, of: samples),
                "µs",
                beside: .init(
                    name: "walk over dictionaries, \(label)",
                    value: Stopwatch.percentile(share, of: walked),
                    unit: "µs"
                )
            )
        }
    }

    /// Microseconds for each question, in groups of 16, since the clock itself costs as much as a check.
    private static func time<Question>(_ questions: [Question], _ ask: (Question) -> Void) -> [Double] {
        for question in questions { ask(question) }
        return stride(from: 0, to: questions.count - 15, by: 16).map { first in
            let start = ContinuousClock.now
            for index in first..<first + 16 { ask(questions[index]) }
            return Stopwatch.seconds(ContinuousClock.now - start) * 1e6 / 16
        }
    }
}

/// What one would write without thinking about speed.
private struct DictionaryWalk {
    var roles: [String: [(branch: String, role: String)]] = [:]
    var parents: [String: String] = [:]
    var permissions: [String: Set<String>] = [:]

    func check(_ user: String, _ permission: String, branch: String) -> Bool {
        for assignment in roles[user] ?? [] where assignment.branch == branch {
            var role: String? = assignment.role
            while let current = role {
                if permissions[current]?.contains(permission) == true { return true }
                role = parents[current]
            }
        }
        return false
    }
}
