import Access
import Events
import Foundation
import TestSupport
import Testing

/// A client that was written from the standard alone, over a real connection.
@Suite struct AuthZENClientTests {
    @Test func aClientOfTheStandardIsUnderstood() async throws {
        try await School.open(over: .live) { school in
            let context = CommandContext(actor: .user(School.admin))
            for name in ["account:can_read", "account:can_write", "document:can_read", "document:read"] {
                _ = try await school.access.createCustomPermission(CreatePermission(name: name), context)
            }
            let all = ["account:can_read", "account:can_write", "document:can_read"]
            try await school.grant(all, to: "alice@example.com", in: RBAC.institutionBranch)
            try await school.grant(["account:can_read"], to: "bob@example.com", in: RBAC.institutionBranch)
            let port = try #require(school.client.port)
            let said = try await OutsideClient.run("authzen_client.py", "\(port)", School.admin)
            #expect(
                said.split(separator: "\n").map(String.init) == [
                    "metadata 6", "evaluation 200 True", "another evaluation 200 False",
                    "no defaults 200 True True True", "defaults 200 True True True",
                    "one overridden 200 True True False",
                    "options 200 False", "execute_all 200 False False False", "deny_on_first_deny 200 False",
                    "permit_on_first_permit 200 False False False",
                    "subjects 200 user/\(School.admin) user/alice@example.com user/bob@example.com", "resources 200",
                    "actions 200 can_read can_write", "first page 200 \(School.admin) alice@example.com",
                    "last page 200 bob@example.com", "missing 400", "not json 400", "empty 400", "not utf-8 400",
                    "other format 400", "no token 401", "identified by any bytes 200", "identified at length 200",
                ]
            )
        }
    }
}

/// Runs a script of Clients with Python.
enum OutsideClient {
    static func run(_ script: String, _ arguments: String...) async throws -> String {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Clients/\(script)").path
        let outcome = try await Program.run(["python3", path] + arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.output
    }
}
