import Access
import EventStore
import Events
import HTTPTypes
import JSON
import TestSupport
import Testing

@testable import HTTPAPI

/// Reviews of access: worked through line by line, each decision an event, and a report that proves them.
@Suite struct ConsoleReviewTests {
    private static let reviews = "/console/access/reviews"

    /// A branch with two clerks, and the positions of their assignments.
    private struct Clerks: Sendable {
        let served: Served
        var lines: [String: Int64] = [:]

        func events(_ type: EventType) async throws -> [RecordedEvent] {
            try await served.system.store.reader.events(from: 0, types: [type])
        }
    }

    private static func open(_ body: @escaping @Sendable (Clerks, ConsoleDesk) async throws -> Void) async throws {
        try await Served.open { served in
            var clerks = Clerks(served: served)
            let define = DefineRole(roleID: "clerk", branch: "north", name: "Clerk", permissionIDs: ["rbac.roles:read"])
            _ = try await served.system.access.defineRole(define, Served.admin)
            for user in ["ada", "bob"] {
                let assign = AssignRole(userID: user, roleID: "clerk", branch: "north")
                let outcome = try await served.system.access.assignRoleToUser(assign, Served.admin)
                clerks.lines[user] = outcome.receipt?.events.last?.position
            }
            let desk = try await ConsoleDesk.signedIn(served, try await served.token(of: FirstStart.administrator))
            try await body(clerks, desk)
        }
    }

    @Test func aReviewIsWorkedThroughAndEachDecisionIsAnEvent() async throws {
        try await Self.open { clerks, desk in
            let review = try await desk.beginReview(of: "north")
            let (ada, bob) = (try #require(clerks.lines["ada"]), try #require(clerks.lines["bob"]))
            // Who comes later is no part of it.
            let late = AssignRole(userID: "eve", roleID: "clerk", branch: "north")
            _ = try await clerks.served.system.access.assignRoleToUser(late, Served.admin)
            let page = try await desk.get(review).text
            #expect(
                page.contains("id=\"line-\(ada)\"") && page.contains("id=\"line-\(bob)\"") && !page.contains(">eve<")
            )

            let kept = try await desk.decide("keep", ada, review)
            #expect(kept.status == 303 && kept.headers[.location] == "\(review)#line-\(ada)")
            let revoked = try await desk.decide("revoke", bob, review, reason: "Moved <b>on</b>")
            #expect(revoked.status == 303, "\(revoked)")
            let decided = try await clerks.events(RBAC.ReviewDecided.type)
            let removed = try await clerks.events(RBAC.RoleRemoved.type)
            let facts = try decided.map { try $0.decode(RBAC.ReviewDecided.self) }
            #expect(facts.map(\.decision) == [.keep, .revoke] && facts.map(\.userID) == ["ada", "bob"])
            let removal = try #require(removed.first)
            #expect(removed.count == 1 && facts[1].removedPosition == removal.position)
            #expect(decided[1].header.causationID == removal.header.id)
            let taken = try removal.decode(RBAC.RoleRemoved.self)
            #expect(taken.userID == "bob" && taken.reason == "Moved <b>on</b>")
            let held = try await clerks.served.system.access.getUserRoles("bob").value
            #expect(held.isEmpty)

            // What was decided stays, whatever is asked once more.
            #expect(try await desk.decide("revoke", ada, review, reason: "No").status == 303)
            #expect(try await desk.decide("keep", bob, review).status == 303)
            #expect(try await clerks.events(RBAC.ReviewDecided.type).count == 2)
            #expect(try await clerks.events(RBAC.RoleRemoved.type).count == 1)
            let after = try await desk.get(review).text
            #expect(after.contains("1 kept, 1 revoked") && after.contains("Moved &lt;b&gt;on&lt;/b&gt;"))

            let end = try await desk.post("\(review)/end", ["form": try await desk.formToken(review)])
            #expect(end.status == 303)
            let closed = try await clerks.events(RBAC.ReviewClosed.type)
            let counts = try #require(try closed.first?.decode(RBAC.ReviewClosed.self))
            #expect(closed.count == 1 && counts.kept == 1 && counts.revoked == 1 && counts.undecided == 0)
            #expect(try await !desk.get(review).text.contains("name=\"decision\""))
        }
    }

    @Test func nothingIsDecidedWithoutAReasonOfAnotherLineOrAfterTheEnd() async throws {
        try await Self.open { clerks, desk in
            let review = try await desk.beginReview(of: "north")
            let (ada, bob) = (try #require(clerks.lines["ada"]), try #require(clerks.lines["bob"]))
            #expect(try await desk.decide("revoke", ada, review).status == 422)
            #expect(try await desk.decide("burn", ada, review).status == 422)
            #expect(try await desk.decide("keep", ada + 100, review).status == 404)
            // Of what somebody has no more nothing is decided, not even after they were given it again.
            let remove = RemoveRole(userID: "bob", roleID: "clerk", branch: "north")
            _ = try await clerks.served.system.access.removeRoleFromUser(remove, Served.admin)
            let again = AssignRole(userID: "bob", roleID: "clerk", branch: "north")
            _ = try await clerks.served.system.access.assignRoleToUser(again, Served.admin)
            #expect(try await desk.decide("revoke", bob, review, reason: "No").status == 404)
            #expect(try await desk.get(review).text.contains("Ended or renewed since."))
            let form = try await desk.formToken(review)
            #expect(try await desk.post("\(review)/end", ["form": form], origin: "http://evil.example").status == 403)
            #expect(try await desk.post("\(review)/end", ["form": form]).status == 303)
            #expect(try await desk.post("\(review)/end", ["form": form]).status == 303)
            #expect(try await desk.decide("keep", ada, review).status == 409)
            #expect(try await clerks.events(RBAC.ReviewDecided.type).isEmpty)
            #expect(try await clerks.events(RBAC.ReviewClosed.type).count == 1)
            #expect(try await clerks.served.system.access.getUserRoles("bob").value.count == 1)
        }
    }

    @Test func whatTheCommandRefusesARevocationIsRefused() async throws {
        try await Self.open { clerks, desk in
            let review = try await desk.beginReview(of: "institution", role: "admin")
            let page = try await desk.get(review).text
            let line = try #require(page.firstMatch(of: /id="line-(\d+)"/).flatMap { Int64($0.1) })
            #expect(page.contains("yourself"))
            #expect(try await desk.decide("revoke", line, review, reason: "No").status == 409)
            #expect(try await clerks.events(RBAC.ReviewDecided.type).isEmpty)
            #expect(try await desk.decide("keep", line, review).status == 303)
        }
    }

    @Test func aReviewIsForThoseWhoMayReviewInItsBranchAndDecidedByThoseWhoMayTakeAway() async throws {
        try await Self.open { clerks, desk in
            let served = clerks.served
            let ada = try #require(clerks.lines["ada"])
            let review = try await desk.beginReview(of: "north")
            let never = "\(Self.reviews)/00000000-0000-7000-8000-000000000000"
            let token = try await served.token(of: "south-reviewer")
            let rights = ["rbac.access:review", "rbac.user-roles:remove", "log.events:read", "log.proofs:read"]
            try await served.grant(rights, to: "south-reviewer", in: "south", role: "south-reviewer")
            let other = try await ConsoleDesk.signedIn(served, token)
            #expect(try await !other.get(Self.reviews).text.contains("<bdi>north</bdi>"))
            let form = try await other.formToken(Self.reviews)
            for (path, fields) in [
                ("/lines", ["line": String(ada), "decision": "keep"]), ("/end", [:]),
            ] {
                for place in [review, never] {
                    let answer = try await other.post(place + path, fields.merging(["form": form]) { $1 })
                    #expect(answer.status == 404, "\(place)\(path)")
                }
            }
            for path in ["", "/report"] { #expect(try await other.get(review + path).status == 404, "\(path)") }
            #expect(try await other.post(Self.reviews, ["branch": "north", "form": form]).status == 403)
            #expect(try await other.post(Self.reviews, ["branch": "south", "form": form]).status == 303)

            // Who may look may not decide.
            let looker = try await served.token(of: "looker")
            try await served.grant(["rbac.access:review"], to: "looker", in: "north", role: "looker")
            let auditor = try await ConsoleDesk.signedIn(served, looker)
            let seen = try await auditor.get(review)
            #expect(seen.status == 200 && !seen.text.contains("name=\"decision\"") && seen.text.contains("Undecided."))
            #expect(try await auditor.decide("keep", ada, review).status == 403)
            #expect(try await auditor.get("\(review)/report").status == 403)
            let own = try await auditor.formToken(Self.reviews)
            #expect(try await auditor.post(Self.reviews, ["branch": "north", "form": own]).status == 403)
            #expect(try await clerks.events(RBAC.ReviewDecided.type).isEmpty)
            #expect(try await desk.post(Self.reviews, ["branch": "north", "form": "x"]).status == 403)
        }
    }

    @Test func theReportProvesEachOfItsEvents() async throws {
        try await Self.open { clerks, desk in
            let review = try await desk.beginReview(of: "north")
            _ = try await desk.decide("keep", try #require(clerks.lines["ada"]), review)
            _ = try await desk.decide("revoke", try #require(clerks.lines["bob"]), review, reason: "Moved")
            _ = try await desk.post("\(review)/end", ["form": try await desk.formToken(review)])
            let answer = try await desk.get("\(review)/report")
            #expect(answer.status == 200 && answer.headers[.contentDisposition]?.hasPrefix("attachment") == true)
            let report = try #require(answer.json)
            let lines = report["lines"]?.array ?? []
            #expect(lines.map { $0["userId"]?.string } == ["ada", "bob"])
            #expect(lines.map { $0["decision"]?.string } == ["keep", "revoke"])
            let key = try #require(try clerks.served.system.store.keys.verifiers().first)
            var proven: [String] = []
            for bundle in report["evidence"]?.array ?? [] {
                var writer = JSONWriter()
                writer.value(bundle)
                let read = try ProofBundle(parsing: writer.bytes)
                _ = try read.verify(keys: [key])
                proven.append(read.event.type.rawValue)
            }
            #expect(
                proven == [
                    "rbac.review-opened", "rbac.review-decided", "rbac.role-removed", "rbac.review-decided",
                    "rbac.review-closed",
                ]
            )
        }
    }
}

extension ConsoleDesk {
    /// Begins a review; its page.
    func beginReview(of branch: String, role: String = "") async throws -> String {
        let form = try await formToken("/console/access/reviews")
        let answer = try await post("/console/access/reviews", ["branch": branch, "role": role, "form": form])
        #expect(answer.status == 303, "\(answer)")
        return try #require(answer.headers[.location])
    }

    /// Keeps or revokes a line of a review.
    func decide(_ decision: String, _ line: Int64, _ review: String, reason: String = "") async throws -> Answer {
        let form = try await formToken("/console/access/reviews")
        let fields = ["line": String(line), "decision": decision, "reason": reason, "form": form]
        return try await post("\(review)/lines", fields)
    }
}
