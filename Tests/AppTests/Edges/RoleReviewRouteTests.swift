import Access
import EventStore
import Events
import Foundation
import HTTPTypes
import JSON
import TestSupport
import Testing

@testable import HTTPAPI

/// Reviews of who has which role, over REST.
@Suite struct RoleReviewRouteTests {
    private static func open(_ body: @escaping @Sendable (Served, _ token: String) async throws -> Void) async throws {
        try await Served.open { served in
            let define = DefineRole(roleID: "clerk", branch: "north", name: "Clerk", permissionIDs: ["rbac.roles:read"])
            _ = try await served.system.access.defineRole(define, Served.admin)
            for user in ["ada", "bob", "cyd"] {
                let assign = AssignRole(userID: user, roleID: "clerk", branch: "north")
                _ = try await served.system.access.assignRoleToUser(assign, Served.admin)
            }
            try await body(served, try await served.token(of: FirstStart.administrator))
        }
    }

    private static func begin(_ served: Served, _ token: String, key: String? = nil) async throws -> String {
        let headers = key.map { ["Idempotency-Key": $0] } ?? [:]
        let request = Sending(.post, "/rbac/reviews", #"{"branchId":"north"}"#, headers: headers)
        let begun = try await served.send(request, token: token)
        #expect(begun.status == 201, "\(begun)")
        let id = try #require(begun.json?["reviewId"]?.string)
        #expect(begun.headers[.location] == "/rbac/reviews/\(id)")
        return "/rbac/reviews/\(id)"
    }

    @Test func aReviewIsBegunWorkedThroughEndedAndProven() async throws {
        try await Self.open { served, token in
            let review = try await Self.begin(served, token)
            // By pages of two, in the order of the assignments.
            var (lines, users): ([Int64], [String]) = ([], [])
            var next = "\(review)/lines?limit=2"
            for _ in 0..<2 {
                let page = try await served.send(Sending(.get, next), token: token)
                let items = page.items
                lines += items.compactMap { $0["assignedPosition"]?.int64 }
                users += items.compactMap { $0["userId"]?.string }
                #expect(items.allSatisfy { $0["decision"]?.string == "none" && $0["isHeld"]?.bool == true })
                next = "\(review)/lines?limit=2&cursor=\(page.json?["next"]?.string ?? "")"
            }
            #expect(users == ["ada", "bob", "cyd"] && lines == lines.sorted() && lines.count == 3)

            let keep = #"{"decision":"keep"}"#
            let revoke = #"{"decision":"revoke","reason":"Left"}"#
            let kept = try await served.send(Sending(.post, "\(review)/lines/\(lines[0])", keep), token: token)
            #expect(kept.status == 200 && kept.json?["receipt"] != nil, "\(kept)")
            let revoked = try await served.send(Sending(.post, "\(review)/lines/\(lines[1])", revoke), token: token)
            #expect(revoked.status == 200 && revoked.json?["receipt"] != nil, "\(revoked)")
            #expect(try await served.system.access.getUserRoles("bob").value.isEmpty)
            // What was decided already stays.
            let again = try await served.send(Sending(.post, "\(review)/lines/\(lines[1])", keep), token: token)
            #expect(again.status == 200 && again.json?["receipt"] == nil)

            let shown = try await served.send(Sending(.get, review), token: token).json
            #expect(shown?["kept"]?.int64 == 1 && shown?["revoked"]?.int64 == 1)
            #expect(shown?["closedAt"] == nil)
            #expect(try await served.send(Sending(.post, "\(review)/close"), token: token).status == 200)
            let late = try await served.send(Sending(.post, "\(review)/lines/\(lines[2])", keep), token: token)
            #expect(late.status == 409)
            let listed = try await served.send(Sending(.get, "/rbac/reviews"), token: token).items
            #expect(listed.count == 1 && listed.first?["closedBy"]?.string == FirstStart.administrator)

            // What comes of a line afterwards changes nothing of how they stood.
            _ = try await served.system.access.removeRoleFromUser(
                RemoveRole(userID: "cyd", roleID: "clerk", branch: "north"),
                Served.admin
            )
            let ended = try await served.send(Sending(.get, review), token: token).json
            #expect(ended?["stood"]?["undecided"]?.int64 == 1 && ended?["stood"]?["ended"]?.int64 == 0)
            let report = try await served.send(Sending(.get, "\(review)/report"), token: token)
            #expect(report.json?["now"]?["ended"]?.int64 == 1 && report.json?["ended"]?.int64 == 0)
            #expect(report.headers[.contentDisposition]?.contains(".json") == true)
            #expect(report.json?["undecided"]?.int64 == 1 && report.json?["lines"]?.array?.count == 3)
            let evidence = try #require(report.json?["evidence"]?.array)
            let proven = Set(evidence.compactMap { $0["event"]?["position"]?.int64 })
            #expect(proven.isSuperset(of: lines) && evidence.count >= lines.count + 5)
        }
    }

    @Test func theSameRequestBeginsOneReview() async throws {
        try await Self.open { served, token in
            let first = try await Self.begin(served, token, key: "once")
            #expect(try await Self.begin(served, token, key: "once") == first)
            #expect(try await Self.begin(served, token, key: "twice") != first)
            let page = try await served.send(Sending(.get, "/rbac/reviews?limit=1"), token: token)
            let cursor = try #require(page.json?["next"]?.string)
            let rest = try await served.send(Sending(.get, "/rbac/reviews?limit=1&cursor=\(cursor)"), token: token)
            #expect(rest.items.first?["reviewId"]?.string.map { "/rbac/reviews/\($0)" } == first)
            #expect(rest.json?["next"] == nil)
        }
    }

    @Test func whoMayNotReviewThereFindsNothing() async throws {
        try await Self.open { served, token in
            let review = try await Self.begin(served, token)
            let other = try await served.token(of: "mia")
            let permissions = ["rbac.access:review", "rbac.user-roles:remove"]
            try await served.grant(permissions, to: "mia", in: "south", role: "reviewer")
            for path in [review, "\(review)/lines", "\(review)/report", "/rbac/reviews/none"] {
                #expect(try await served.send(Sending(.get, path), token: other).status == 404, "\(path)")
            }
            #expect(try await served.send(Sending(.post, "\(review)/close"), token: other).status == 404)
            let north = try await served.send(Sending(.post, "/rbac/reviews", #"{"branchId":"north"}"#), token: other)
            #expect(north.status == 403)
            #expect(try await served.send(Sending(.get, "/rbac/reviews"), token: other).items.isEmpty)
            let wrong = #"{"decision":"burn"}"#
            #expect(try await served.send(Sending(.post, "\(review)/lines/0", wrong), token: token).status == 422)
            let keep = #"{"decision":"keep"}"#
            let without = #"{"decision":"revoke"}"#
            #expect(try await served.send(Sending(.post, "\(review)/lines/0", without), token: token).status == 422)
            #expect(try await served.send(Sending(.post, "\(review)/lines/-1", keep), token: token).status == 400)
        }
    }
}
