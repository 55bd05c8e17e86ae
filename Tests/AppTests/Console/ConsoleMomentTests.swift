import Access
import EventStore
import Events
import HTTPTypes
import TestSupport
import Testing

@testable import Console
@testable import HTTPAPI

/// Seeing everything as of a moment, and comparing two.
@Suite struct ConsoleMomentTests {
    /// A server with somebody who became a clerk, and was one no longer; and the positions of the events.
    private struct Clerk: Sendable {
        let served: Served
        let assigned: Int64
        let removed: Int64
    }

    private static func open(_ body: @escaping @Sendable (Clerk, ConsoleDesk) async throws -> Void) async throws {
        try await Served.open { served in
            let access = served.system.access
            let define = DefineRole(roleID: "clerk", branch: "north", name: "Clerk", permissionIDs: ["rbac.roles:read"])
            _ = try await access.defineRole(define, Served.admin)
            let assign = AssignRole(userID: "ada", roleID: "clerk", branch: "north")
            let assigned = try await access.assignRoleToUser(assign, Served.admin)
            let remove = RemoveRole(userID: "ada", roleID: "clerk", branch: "north", reason: "Moved")
            let removed = try await access.removeRoleFromUser(remove, Served.admin)
            try await served.settle()
            let desk = try await ConsoleDesk.signedIn(served, try await served.token(of: FirstStart.administrator))
            let clerk = Clerk(
                served: served,
                assigned: try #require(assigned.receipt?.events.last?.position),
                removed: try #require(removed.receipt?.events.last?.position)
            )
            try await body(clerk, desk)
        }
    }

    @Test func aMomentStaysFromPageToPageUntilOneGoesBackToNow() async throws {
        try await Self.open { clerk, desk in
            #expect(try await !desk.get("/console/access").text.contains(">ada<"))
            let answer = try await desk.choose(position: clerk.assigned, on: "/console/access")
            #expect(answer.status == 303 && answer.headers[.location] == "/console/access")
            let cookie = try #require(answer.headers[values: .setCookie].first { $0.hasPrefix("daybook-moment=") })
            let attributes = Set(cookie.split(separator: ";").dropFirst().map { $0.drop { $0 == " " } })
            #expect(attributes == ["Path=/", "HttpOnly", "SameSite=Strict"])
            for path in [
                "/console/access", "/console/access/people/ada", "/console/access/roles/clerk",
                "/console/access/who?permission=rbac.roles:read&branch=north",
            ] {
                let page = try await desk.get(path).text
                #expect(page.contains(">ada<"), "\(path)")
                #expect(page.contains("You see everything as of"), "\(path)")
                #expect(page.contains("/console/history/\(clerk.assigned)\">event"), "\(path)")
            }
            let why = try await desk.get("/console/access/why?user=ada&permission=rbac.roles:read&branch=north").text
            #expect(why.contains("verdict good"))
            // What cannot be of the past says so, and every page leads back.
            let system = try await desk.get("/console/system").text
            #expect(system.contains("<strong>This page shows now</strong>") && system.contains("Back to now"))

            let back = try await desk.choose(["to": "now"], on: "/console/access/people/ada")
            #expect(back.headers[.location] == "/console/access/people/ada")
            let now = try await desk.get("/console/access/people/ada").text
            #expect(!now.contains("You see everything as of") && !now.contains(">Clerk<"))
            let no = try await desk.get("/console/access/why?user=ada&permission=rbac.roles:read&branch=north").text
            #expect(no.contains("verdict bad"))
        }
    }

    @Test func theHistoryEndsAtTheMoment() async throws {
        try await Self.open { clerk, desk in
            let list = "/console/history?resource=user&resourceId=ada"
            #expect(try await desk.get(list).text.matches(of: /class="what"/).count == 2)
            _ = try await desk.choose(position: clerk.assigned, on: list)
            let page = try await desk.get(list).text
            #expect(page.matches(of: /class="what"/).count == 1)
            // And so does what is counted of it.
            let overview = try await desk.get("/console/overview?resource=user&resourceId=ada").text
            #expect(overview.contains(">1 events that you may read") && overview.contains("You see everything as of"))
            #expect(page.contains("Of a log of \(Figure.grouped(clerk.assigned + 1)) events"))
            // A page that was to follow before the moment was chosen goes no further than it either.
            _ = try await desk.choose(["to": "now"], on: list)
            let more = try #require(
                try await desk.get("/console/history").text.firstMatch(of: /href="([^"]+)" rel="next"/)
            )
            _ = try await desk.choose(position: 3, on: "/console/history")
            let rest = try await desk.get(String(more.1)).text
            let positions = rest.matches(of: /class="position">(\d+)</).compactMap { Int64($0.1) }
            #expect(!positions.isEmpty && positions.allSatisfy { $0 <= 3 }, "\(positions)")
        }
    }

    @Test func anEventThatIsLaterThanTheMomentSaysSo() async throws {
        try await Self.open { clerk, desk in
            let path = "/console/history/\(clerk.removed)"
            let page = try await desk.get(path).text
            #expect(page.contains("name=\"position\" value=\"\(clerk.removed - 1)\""))
            #expect(page.contains("name=\"position\" value=\"\(clerk.removed)\""))
            #expect(!page.contains("after the moment that you chose"))
            _ = try await desk.choose(position: clerk.removed - 1, on: path)
            #expect(try await desk.get(path).text.contains("after the moment that you chose"))
            _ = try await desk.choose(position: clerk.removed, on: path)
            #expect(try await !desk.get(path).text.contains("after the moment that you chose"))
        }
    }

    @Test func onlyAFormOfThisSiteChoosesAndOnlyWhatWasRecorded() async throws {
        try await Self.open { clerk, desk in
            let form = try await desk.formToken("/console/history")
            let choice = ["position": "3", "next": "/console/history"]
            let foreign = try await desk.post(
                "/console/moment",
                choice.merging(["form": form]) { $1 },
                origin: "http://evil.example"
            )
            #expect(foreign.status == 403)
            #expect(try await desk.post("/console/moment", choice.merging(["form": "x"]) { $1 }).status == 403)
            #expect(!desk.cookies.keys.contains("daybook-moment"))
            for bad in [
                ["position": "999999"], ["position": "-1"], ["position": "3.5"], ["position": "x"], ["time": "never"],
                ["time": "2999-01-01 00:00"], ["time": "1969-12-31 23:59:59"], [:],
            ] {
                #expect(try await desk.choose(bad, on: "/console/history").status == 422, "\(bad)")
            }
            #expect(!desk.cookies.keys.contains("daybook-moment"))
            for good in ["2026-01-31T08:30", "2026-01-31 08:30:15", "2026-01-31T08:30:00Z", "2026-01-31"] {
                #expect(try await desk.choose(["time": good], on: "/console/system").status == 303, "\(good)")
            }
            // Nobody is led elsewhere, and a list begins anew.
            for (next, place) in [
                ("https://evil.example/", "/console/history"), ("//evil.example", "/console/history"),
                ("/console/history?text=a&cursor=abc", "/console/history?text=a"),
            ] {
                let answer = try await desk.choose(["position": "3", "next": next], on: "/console/history")
                #expect(answer.headers[.location] == place, "\(next)")
            }
        }
    }

    @Test func aMomentThatIsNoneOrNotThereShowsNoOtherThanItSays() async throws {
        try await Self.open { clerk, desk in
            let good = desk.cookies
            for bad in ["", "at", "at-", "at--3", "at-x", "time-99999999999999999", "now", "at-1-2-3", "\"><script>"] {
                desk.cookies = good.merging(["daybook-moment": bad]) { $1 }
                let page = try await desk.get("/console/access")
                #expect(page.status == 200 && !page.text.contains("class=\"past\""), "\(bad)")
            }
            // Beyond the log: refused, with a way back.
            desk.cookies = good.merging(["daybook-moment": "at-999999"]) { $1 }
            for path in ["/console/access", "/console/history", "/console/access/roles"] {
                let page = try await desk.get(path)
                #expect(page.status == 400 && page.text.contains("Back to now"), "\(path): \(page)")
                #expect(!page.text.contains("You see everything as of"), "\(path)")
                #expect(page.text.contains("name=\"next\" value=\"\(path)\""), "\(path)")
            }
            // Nobody is led to what a form was sent to.
            let refused = try await desk.post("/console/moment", ["position": "3", "form": "x"]).text
            #expect(refused.contains("name=\"next\" value=\"\""), "\(refused)")
            let form = try #require(
                try await desk.get("/console/access").text.firstMatch(of: /name="form" value="([^"]+)"/)
            ).1
            let back = try await desk.post(
                "/console/moment",
                ["to": "now", "form": String(form), "next": "/console/access"]
            )
            #expect(back.headers[.location] == "/console/access" && !desk.cookies.keys.contains("daybook-moment"))
        }
    }

    @Test func aPositionBeyondWhatALogCanHaveIsRefusedAndTheServerLives() async throws {
        try await Self.open { clerk, desk in
            let good = desk.cookies
            for position in [Int64.max, .max - 1, .min, -1, 9_007_199_254_740_992] {
                for query in ["from=\(position)", "from=0&to=\(position)"] {
                    #expect(try await desk.get("/console/compare?\(query)").status == 400, "\(query)")
                }
                let form = ["form": try await desk.formToken("/console/history"), "next": "/console/history"]
                let choice = form.merging(["position": String(position)]) { $1 }
                #expect(try await desk.post("/console/moment", choice).status == 422, "\(position)")
                // A cookie that says so is none.
                desk.cookies = good.merging(["daybook-moment": "at-\(position)"]) { $1 }
                for path in ["/console/access", "/console/history", "/console/history/\(clerk.assigned)"] {
                    let page = try await desk.get(path)
                    #expect(page.status == 200 && !page.text.contains("class=\"past\""), "\(position) \(path)")
                }
                desk.cookies = good
            }
            // The largest position that there may be lies beyond the log.
            #expect(try await desk.get("/console/compare?from=9007199254740991").status == 400)
        }
    }

    @Test func aMomentEndsWithTheSession() async throws {
        try await Self.open { clerk, desk in
            _ = try await desk.choose(position: 3, on: "/console/history")
            let form = try await desk.formToken("/console/history")
            _ = try await desk.post("/console/sign-out", ["form": form])
            #expect(!desk.cookies.keys.contains("daybook-moment"))
            desk.cookies["daybook-moment"] = "at-3"
            _ = try await desk.signIn(try await clerk.served.token(of: FirstStart.administrator))
            #expect(!desk.cookies.keys.contains("daybook-moment"))
        }
    }

    @Test func twoMomentsAreComparedAndEachDifferenceNamesItsEvents() async throws {
        try await Self.open { clerk, desk in
            let gained = try await desk.get("/console/compare?from=\(clerk.assigned - 1)&to=\(clerk.assigned)").text
            #expect(gained.contains("<span class=\"change added\">added</span>"))
            #expect(gained.contains("<bdi>ada</bdi></a> <span class=\"key\">as</span> <bdi>clerk</bdi>"))
            #expect(gained.contains("href=\"/console/history/\(clerk.assigned)\""))
            #expect(!gained.contains("change removed\">"))
            let lost = try await desk.get("/console/compare?from=\(clerk.assigned)").text
            #expect(lost.contains("<span class=\"change removed\">removed</span>"))
            #expect(lost.contains("href=\"/console/history/\(clerk.removed)\""))
            // What was given and taken in between is no difference.
            let both = try await desk.get("/console/compare?from=\(clerk.assigned - 1)&to=\(clerk.removed)").text
            #expect(both.contains("Nothing that you may read is different."), "\(both)")
            // The moment that was chosen is where a comparison ends by itself.
            _ = try await desk.choose(position: clerk.assigned, on: "/console/compare")
            let chosen = try await desk.get("/console/compare?from=\(clerk.assigned - 1)").text
            #expect(chosen.contains("<span class=\"change added\">added</span>"))
            #expect(
                chosen.contains("placeholder=\"The moment you chose\"") && chosen.contains("You see everything as of")
            )
            let other = try await desk.get("/console/compare?from=\(clerk.assigned - 1)&to=\(clerk.removed)").text
            #expect(other.contains("The moment that you chose is"))
            #expect(!other.contains("You see everything as of") && !other.contains("This page shows now"))
            for bad in ["from=x", "from=3&to=2", "from=999999", "from=2999-01-01", "from=0&to=2999-01-01"] {
                #expect(try await desk.get("/console/compare?\(bad)").status == 400, "\(bad)")
            }
        }
    }

    @Test func settingsRolesPeopleAndRestoresAreCompared() async throws {
        try await Self.open { clerk, desk in
            let served = clerk.served
            let access = served.system.access
            let from = clerk.removed
            let apart = SetSeparation(
                separationID: "apart",
                kind: .static,
                name: "Apart",
                roleIDs: ["student", "auditor"]
            )
            let set = try await access.setSeparation(apart, Served.admin)
            let assign = AssignPermission(roleID: "clerk", permissionID: "rbac.roles:list")
            let given = try await access.assignPermissionToRole(assign, Served.admin)
            let register = RegisterUser(userID: "grace", kind: .person)
            _ = try await served.system.tokens.register(register, CommandContext(actor: .operator))
            try await served.settle()
            let page = try await desk.get("/console/compare?from=\(from)").text
            #expect(page.contains("<bdi>separation apart</bdi>"), "\(page)")
            #expect(page.contains("href=\"/console/history/\(set.receipt?.events.last?.position ?? -1)\""))
            #expect(page.contains("<span class=\"key\">permissions</span> <ins><bdi>rbac.roles:list</bdi></ins>"))
            #expect(page.contains("href=\"/console/history/\(given.receipt?.events.last?.position ?? -1)\""))
            #expect(page.contains("<bdi>grace</bdi>"))
            let removed = try await access.deleteSeparation(DeleteSeparation(separationID: "apart"), Served.admin)
            try await served.settle()
            let end = try #require(removed.receipt?.events.last?.position)
            let gone = try await desk.get("/console/compare?from=\(end - 1)&to=\(end)").text
            #expect(gone.contains("<span class=\"change removed\">removed</span>") && gone.contains("separation apart"))
            #expect(
                try await desk.get("/console/compare?from=\(from)&to=\(end)").text.contains("separation apart") == false
            )
            // A restore gives back what it gives back, by its own event.
            let recovery = served.system.recovery
            let preview = try await recovery.preview(
                .position(clerk.assigned),
                by: Author(id: FirstStart.administrator)
            )
            let restored = try await recovery.restore(
                preview.token,
                reason: "A mistake",
                by: Author(id: FirstStart.administrator)
            )
            try await served.settle()
            let position = try #require(restored.receipt.events.last?.position)
            let after = try await desk.get("/console/compare?from=\(position - 1)&to=\(position)").text
            #expect(after.contains("In between the log was restored"))
            #expect(after.contains("<bdi>ada</bdi></a> <span class=\"key\">as</span> <bdi>clerk</bdi>"), "\(after)")
            #expect(after.contains("href=\"/console/history/\(position)\""))
        }
    }

    @Test func separationsAndImplicationsThatARestoreUndidAreNotInForceInAComparisonAcrossIt() async throws {
        try await Self.open { clerk, desk in
            let served = clerk.served
            let access = served.system.access
            for name in ["grades:publish", "grades:read"] {
                _ = try await access.createCustomPermission(CreatePermission(name: name), Served.admin)
            }
            let ids = try await access.getAllPermissions().value
            let publish = try #require(ids.first { $0.name == "grades:publish" }?.id)
            let read = try #require(ids.first { $0.name == "grades:read" }?.id)
            let start = try await served.system.store.head().size - 1
            let imply = ChangeImplication(.add, permissionID: publish, impliedID: read)
            _ = try await access.changeImplication(imply, Served.admin)
            let apart = SetSeparation(
                separationID: "apart",
                kind: .static,
                name: "Apart",
                roleIDs: ["student", "auditor"]
            )
            let set = try await access.setSeparation(apart, Served.admin)
            let setAt = try #require(set.receipt?.events.last?.position)
            try await served.settle()
            let separation = "<bdi>separation apart</bdi>"
            let implication = "<bdi>implication \(publish) → \(read)</bdi>"
            let before = try await desk.get("/console/compare?from=\(start)&to=\(setAt)").text
            #expect(before.contains(separation) && before.contains(implication), "\(before)")

            let administrator = Author(id: FirstStart.administrator)
            let preview = try await served.system.recovery.preview(.position(start), by: administrator)
            let restored = try await served.system.recovery.restore(preview.token, reason: "No", by: administrator)
            try await served.settle()
            let position = try #require(restored.receipt.events.last?.position)
            let across = try await desk.get("/console/compare?from=\(start)&to=\(position)").text
            #expect(across.contains("In between the log was restored"))
            #expect(!across.contains(separation) && !across.contains(implication), "\(across)")
            let undone = try await desk.get("/console/compare?from=\(position - 1)&to=\(position)").text
            #expect(undone.contains(separation) && undone.contains(implication), "\(undone)")
            #expect(undone.matches(of: /<span class="change removed">/).count == 2)
            #expect(undone.contains("href=\"/console/history/\(position)\""))
        }
    }
}

extension ConsoleDesk {
    /// Fills in the form about the moment that stands on a page.
    func choose(_ fields: [String: String], on path: String) async throws -> Answer {
        var form = ["form": try await formToken(path), "next": path]
        form.merge(fields) { $1 }
        return try await post("/console/moment", form)
    }

    func choose(position: Int64, on path: String) async throws -> Answer {
        try await choose(["position": String(position)], on: path)
    }
}
