import Access
import Events
import Testing
import Time

/// Starts, ends and renewals.
struct RenewalTests {
    @Test func anAssignmentCountsFromItsStart() {
        var scenario = Scenario.opened()
        let start = Scenario.now.seconds(60)
        scenario.given(.assign("tom", "teacher", from: start, until: start.seconds(60)))
        #expect(scenario.may("tom", "rbac.roles:read") == .notStarted)
        #expect(
            scenario.may("tom", "rbac.roles:read", at: Timestamp(microseconds: start.microseconds - 1)) == .notStarted
        )
        #expect(scenario.may("tom", "rbac.roles:read", at: start) == .allowed)
        #expect(scenario.may("tom", "rbac.roles:read", at: start.seconds(60)) == .expired)
    }

    @Test func aStartComesBeforeTheEnd() throws {
        let later = Scenario.now.seconds(60)
        let backwards = AssignRole(userID: "tom", roleID: "teacher", startsAt: later, expiresAt: later)
        #expect(try Scenario.opened().refusal(of: backwards) == .expired)
    }

    @Test func anAssignmentIsRenewedWhileItHolds() throws {
        var scenario = Scenario.opened()
        let end = Scenario.now.seconds(60)
        scenario.given(.assign("tom", "teacher", in: "north", until: end))
        let renewal = RenewRole(userID: "tom", roleID: "teacher", branch: "north", expiresAt: end.seconds(60))
        let plan = try scenario.when(renewal)
        guard case .roleRenewed(let renewed) = plan.events.first else { return #expect(Bool(false)) }
        #expect(renewed.expiresAt == end.seconds(60))
        #expect(try scenario.refusal(of: renewal, at: end) == .notAssigned, "what has ended is assigned anew")
        try scenario.carryOut(renewal)
        #expect(scenario.may("tom", "rbac.roles:read", in: .branch("north"), at: end) == .allowed)
        #expect(try scenario.when(renewal).appends.isEmpty)
        let past = RenewRole(userID: "tom", roleID: "teacher", branch: "north", expiresAt: Scenario.now)
        #expect(try scenario.refusal(of: past) == .expired)
        let elsewhere = RenewRole(userID: "tom", roleID: "teacher", branch: "south", expiresAt: nil)
        #expect(try scenario.refusal(of: elsewhere) == .notAssigned)
    }

    @Test func nobodyRenewsForLongerThanTheyHoldOrWhoHoldsMore() throws {
        var scenario = Scenario.opened()
        let end = Scenario.now.seconds(3_600)
        scenario.given(
            .assign("mia", "manager", in: "north", until: end),
            .assign("tom", "teacher", in: "north", until: Scenario.now.seconds(60)),
            .assign("bea", "admin", in: "north", until: end)
        )
        let mia = AccessActor.user("mia")
        for renewal in [
            RenewRole(userID: "tom", roleID: "teacher", branch: "north", expiresAt: nil),
            RenewRole(userID: "mia", roleID: "manager", branch: "north", expiresAt: nil),
            RenewRole(userID: "bea", roleID: "admin", branch: "north", expiresAt: Scenario.now.seconds(1)),
        ] {
            guard case .selfEscalation = try scenario.refusal(of: renewal, by: mia) else {
                Issue.record("\(renewal) was allowed.")
                continue
            }
        }
        _ = try scenario.when(
            RenewRole(userID: "tom", roleID: "teacher", branch: "north", expiresAt: end),
            by: mia
        )
    }

    @Test func whatFellDueIsRecordedOnceAndNothingElse() throws {
        var scenario = Scenario.opened()
        scenario.given(
            .assign("tom", "teacher", in: "north", until: Scenario.now),
            .assign("tom", "student", in: "north", until: Scenario.now.seconds(1)),
            .sessionOpened(.init(sessionID: "s", userID: "tom", roleIDs: [], expiresAt: Scenario.now))
        )
        let due = ExpireRoles(userIDs: ["tom", "nobody"], sessionIDs: ["s", "none"])
        let plan = try scenario.when(due, by: .system)
        let kinds = plan.events.map { event in
            switch event {
            case .roleExpired(let expired): "expired \(expired.roleID)"
            case .sessionClosed(let closed): "closed \(closed.sessionID) \(closed.reason.rawValue)"
            default: "other"
            }
        }
        #expect(kinds == ["expired teacher", "closed s expired"])
        for event in plan.events { scenario.given(event) }
        #expect(try scenario.when(due, by: .system).appends.isEmpty)
        guard case .forbidden = try scenario.refusal(of: due) else { return #expect(Bool(false)) }
    }
}
