import Access
import EventStore
import Events
import HTTPTypes
import JSON
import TestSupport
import Testing
import Time

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
            #expect(removed.count == 1 && removal.position == decided[1].position - 1)
            #expect(removal.header.recordedAt == decided[1].header.recordedAt)
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
            for line in [Int64.min, -1, .max] {
                #expect(try await desk.decide("keep", line, review).status == 422, "\(line)")
                #expect(try await desk.get("\(review)?after=\(line)").status == 200, "\(line)")
            }
            // Of what somebody has no more nothing is decided.
            let remove = RemoveRole(userID: "bob", roleID: "clerk", branch: "north")
            _ = try await clerks.served.system.access.removeRoleFromUser(remove, Served.admin)
            #expect(try await desk.decide("revoke", bob, review, reason: "No").status == 404)
            #expect(try await desk.get(review).text.contains("Ended since."))
            let form = try await desk.formToken(review)
            #expect(try await desk.post("\(review)/end", ["form": form], origin: "http://evil.example").status == 403)
            #expect(try await desk.post("\(review)/end", ["form": form]).status == 303)
            #expect(try await desk.post("\(review)/end", ["form": form]).status == 303)
            #expect(try await desk.decide("keep", ada, review).status == 409)
            #expect(try await clerks.events(RBAC.ReviewDecided.type).isEmpty)
            let closed = try await clerks.events(RBAC.ReviewClosed.type)
            let counts = try #require(try closed.first?.decode(RBAC.ReviewClosed.self))
            #expect(closed.count == 1 && counts.undecided == 1 && counts.renewed == 0 && counts.ended == 1)
        }
    }

    @Test func whatWasRenewedSinceIsStillALineAndOnlyWhatWasSeenIsDecided() async throws {
        try await Self.open { clerks, desk in
            let access = clerks.served.system.access
            let review = try await desk.beginReview(of: "north")
            let (ada, bob) = (try #require(clerks.lines["ada"]), try #require(clerks.lines["bob"]))
            var renewed: [String: Int64] = [:]
            for user in ["ada", "bob"] {
                let renew = RenewRole(
                    userID: user,
                    roleID: "clerk",
                    branch: "north",
                    expiresAt: .now() + .seconds(86_400)
                )
                renewed[user] = try await access.renewRole(renew, Served.admin).receipt?.events.last?.position
            }
            let (adaNow, bobNow) = (try #require(renewed["ada"]), try #require(renewed["bob"]))
            let page = try await desk.get(review).text
            #expect(page.contains("id=\"line-\(bob)\"") && page.contains("<strong>Renewed since</strong>"))
            #expect(page.contains("/console/history/\(bobNow)\"") && page.contains("name=\"seen\" value=\"\(bobNow)\""))
            // Whoever saw the assignment that was renewed decided of that one.
            #expect(try await desk.decide("revoke", bob, review, reason: "Moved").status == 409)
            #expect(try await desk.decide("keep", bob, review, seen: bob).status == 409)
            #expect(try await clerks.events(RBAC.RoleRemoved.type).isEmpty)
            #expect(try await desk.decide("revoke", bob, review, reason: "Moved", seen: bobNow).status == 303)
            #expect(try await access.getUserRoles("bob").value.isEmpty)
            let decided = try await clerks.events(RBAC.ReviewDecided.type)
            let facts = try #require(try decided.first?.decode(RBAC.ReviewDecided.self))
            #expect(decided.count == 1 && facts.assignedPosition == bob && facts.renewedPosition == bobNow)
            let report = try #require(try await desk.get("\(review)/report").json)
            #expect(report["undecided"]?.int64 == 1 && report["renewed"]?.int64 == 1)
            #expect(report["lines"]?.array?.first?["heldPosition"]?.int64 == adaNow)
            _ = try await desk.post("\(review)/end", ["form": try await desk.formToken(review)])
            let closed = try await clerks.events(RBAC.ReviewClosed.type)
            let counts = try #require(try closed.first?.decode(RBAC.ReviewClosed.self))
            #expect(counts.revoked == 1 && counts.undecided == 1 && counts.renewed == 1 && counts.ended == 0)
            #expect(ada != adaNow)
        }
    }

    @Test func ofTwoWhoDecideALineAtOnceOnlyOneDoes() async throws {
        try await Self.open { clerks, desk in
            let access = clerks.served.system.access
            for round in 0..<4 {
                let user = "user-\(round)"
                let assign = AssignRole(userID: user, roleID: "clerk", branch: "north")
                let line = try #require(
                    try await access.assignRoleToUser(assign, Served.admin).receipt?.events.last?.position
                )
                let review = try await access.openReview(branchID: "north", Served.admin).id
                // What the reviews record besides has nothing to do with it.
                async let kept = access.decide(.keep, line: line, ofReview: review, reason: nil, Served.admin)
                async let revoked = access.decide(.revoke, line: line, ofReview: review, reason: "Moved", Served.admin)
                async let closed = access.closeReview(review, Served.admin)
                let outcomes = [try? await kept, try? await revoked].compactMap(\.self)
                _ = try await closed
                #expect(outcomes.count <= 1)
                let decisions = try await access.getReview(review, Served.admin).decisions
                let held = try await access.getUserRoles(user).value
                #expect(decisions.count == outcomes.count)
                // The role is gone where the review says so, and nowhere else.
                #expect(held.isEmpty == (decisions[line]?.decision == .revoke), "\(decisions)")
            }
        }
    }

    @Test func whatWasRevokedAndIsHeldAgainSaysSoAndIsDecidedAnew() async throws {
        try await Self.open { clerks, desk in
            let served = clerks.served
            let review = try await desk.beginReview(of: "north")
            let bob = try #require(clerks.lines["bob"])
            #expect(try await desk.decide("revoke", bob, review, reason: "Moved").status == 303)
            #expect(try await !desk.get(review).text.contains("<strong>Held again</strong>"))
            let author = Author(id: FirstStart.administrator)
            let preview = try await served.system.recovery.preview(.position(bob), by: author)
            _ = try await served.system.recovery.restore(preview.token, reason: "A mistake", by: author)
            #expect(try await desk.get(review).text.contains("<strong>Held again</strong>"))
            let again = try #require(try await desk.get("\(review)/report").json)
            #expect(again["heldAgain"]?.int64 == 1)
            let line = again["lines"]?.array?.last
            #expect(line?["isHeld"]?.bool == true && line?["decision"]?.string == "revoke")
            #expect(try await desk.decide("revoke", bob, review, reason: "Moved, still").status == 303)
            #expect(try await served.system.access.getUserRoles("bob").value.isEmpty)
            let report = try #require(try await desk.get("\(review)/report").json)
            #expect(report["heldAgain"]?.int64 == 0 && report["revoked"]?.int64 == 1)
            #expect(try await clerks.events(RBAC.ReviewDecided.type).count == 2)
        }
    }

    @Test func aReviewOfWhatNobodyKnowsIsNotBegunAndLookingIsRecorded() async throws {
        try await Self.open { clerks, desk in
            let form = try await desk.formToken(Self.reviews)
            for (branch, role, status) in [("nowhere", "", 422), ("north", "nothing", 404)] {
                let fields = ["branch": branch, "role": role, "form": form]
                #expect(try await desk.post(Self.reviews, fields).status == status, "\(branch) \(role)")
            }
            #expect(try await clerks.events(RBAC.ReviewOpened.type).isEmpty)
            let review = try await desk.beginReview(of: "north")
            let before = try await clerks.events(Audit.HistoryQueried.type).count
            _ = try await desk.get(review)
            _ = try await desk.get(Self.reviews)
            let looks = try await clerks.events(Audit.HistoryQueried.type).dropFirst(before)
            let facts = try looks.map { try $0.decode(Audit.HistoryQueried.self) }
            #expect(facts.map { $0.filter["list"]?.string } == ["access-review", "access-reviews"])
            #expect(facts.first?.filter["branchId"]?.string == "north" && facts.map(\.returned) == [2, 1])
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
                    "rbac.role-assigned", "rbac.role-assigned", "rbac.review-opened", "rbac.review-decided",
                    "rbac.role-removed", "rbac.review-decided",
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
    ///
    /// - Parameter seen: the assignment by which the page showed it held; by default that of the line.
    func decide(
        _ decision: String,
        _ line: Int64,
        _ review: String,
        reason: String = "",
        seen: Int64? = nil
    ) async throws -> Answer {
        let form = try await formToken("/console/access/reviews")
        let fields = [
            "line": String(line), "seen": seen.map { String($0) } ?? "", "decision": decision, "reason": reason,
            "form": form,
        ]
        return try await post("\(review)/lines", fields)
    }
}
