import Access
import EventStore
import HTTPTypes
import Testing

@testable import Console
@testable import HTTPAPI

/// Searches that a reader of the history saves, by forms.
@Suite struct ConsoleSearchTests {
    private static let question = "/console/history?action=user-registered&from=2020-01-01&text=%22a+b%22+-c"

    /// What the form for saving has, as a page shows it.
    private static func form(_ page: String) throws -> [String: String] {
        let form = try #require(
            page.firstMatch(of: /action="\/console\/history\/searches" .*?<\/form>/.dotMatchesNewlines())
        )
        var fields: [String: String] = [:]
        for input in form.0.matches(of: /<input type="hidden" name="([^"]+)" value="([^"]*)">/) {
            fields[String(input.1)] = String(input.2).replacing("&quot;", with: "\"")
        }
        return fields
    }

    private static func save(
        _ desk: ConsoleDesk,
        _ name: String,
        at path: String = question,
        _ further: [String: String] = [:]
    ) async throws -> Answer {
        var fields = try form(try await desk.get(path).text)
        fields["name"] = name
        return try await desk.post("/console/history/searches", fields.merging(further) { $1 })
    }

    @Test func aSearchIsSavedByAFormFoundFromAnotherBrowserChangedAndRemoved() async throws {
        try await Served.open { served in
            let token = try await served.token(of: FirstStart.administrator)
            let desk = try await ConsoleDesk.signedIn(served, token)
            let saved = try await Self.save(desk, "  <b>Who</b> came  ")
            #expect(saved.status == 303, "\(saved)")
            let address = try #require(saved.headers[.location])
            #expect(address.contains("text=%22a%20b%22%20-c") && address.contains("&search="), "\(address)")
            let id = try #require(address.firstMatch(of: /search=([0-9a-f-]+)/)).1

            let elsewhere = try await ConsoleDesk.signedIn(served, token)
            let list = try await elsewhere.get("/console/history").text
            #expect(list.contains("<bdi>&lt;b&gt;Who&lt;/b&gt; came</bdi>"), "\(list)")
            #expect(list.contains("href=\"\(address.replacing("&", with: "&amp;"))\""), "\(list)")
            let opened = try await elsewhere.get(address).text
            #expect(
                opened.contains("aria-current=\"true\"") && opened.contains("value=\"&lt;b&gt;Who&lt;/b&gt; came\"")
            )
            #expect(opened.contains("name=\"text\" type=\"search\" value=\"&quot;a b&quot; -c\""))
            #expect(opened.contains("name=\"from\" type=\"date\" value=\"2020-01-01\""))

            // Narrowed down and renamed it is the same search still.
            var fields = try Self.form(try await elsewhere.get("\(address)&actor=operator").text)
            fields["name"] = "Came by the operator"
            let changed = try await elsewhere.post("/console/history/searches/\(id)", fields)
            #expect(changed.status == 303, "\(changed)")
            let held = try await served.system.audit.savedSearches(of: FirstStart.administrator).searches
            #expect(held.map(\.name) == ["Came by the operator"] && held.first?.filter.actor == "operator")

            let form = try await elsewhere.formToken("/console/history")
            let removed = try await elsewhere.post(
                "/console/history/searches/\(id)/remove",
                ["form": form, "next": "/console/history?actor=operator"]
            )
            #expect(removed.status == 303 && removed.headers[.location] == "/console/history?actor=operator")
            #expect(
                try await desk.get(address).text.contains("Saved searches (0)"),
                "one that is gone opens all the same"
            )
            #expect(try await desk.post("/console/history/searches/\(id)/remove", ["form": form]).status == 403)
            let own = try await desk.formToken("/console/history")
            #expect(try await desk.post("/console/history/searches/\(id)/remove", ["form": own]).status == 404)
        }
    }

    @Test func whatIsWrongIsSaidByThePageAndSentTwiceItIsSavedOnce() async throws {
        try await Served.open { served in
            let desk = try await ConsoleDesk.signedIn(served, try await served.token(of: FirstStart.administrator))
            var fields = try Self.form(try await desk.get(Self.question).text)
            fields["name"] = "Twice"
            let first = try await desk.post("/console/history/searches", fields)
            let second = try await desk.post("/console/history/searches", fields)
            #expect(first.status == 303 && second.headers[.location] == first.headers[.location])
            let taken = try await Self.save(desk, "Twice")
            #expect(taken.status == 409 && taken.text.contains("role=\"alert\""), "\(taken)")
            #expect(taken.text.contains("has that name") && taken.text.contains("value=\"user-registered\""))
            let nameless = try await Self.save(desk, "   ")
            #expect(nameless.status == 422 && nameless.text.contains("Name: At least 1 character"), "\(nameless)")
            // What the page has beside it leads back to the list that it shows, and not to what the form was sent to.
            for answer in [taken, nameless] {
                let ways = Set(answer.text.matches(of: /name="next" value="([^"]*)"/).map { String($0.1) })
                #expect(ways.count == 1, "\(ways)")
                let way = try #require(ways.first).replacing("&amp;", with: "&")
                let back = try await desk.get(way)
                #expect(back.status == 200, "\(way)")
                #expect(back.text.contains("value=\"user-registered\""), "\(way)")
            }
            let long = try await Self.save(desk, String(repeating: "n", count: 121))
            #expect(long.status == 422 && long.text.contains("Name: At most 120"), "\(long)")
            let bad = try await Self.save(desk, "Bad", ["from": "never"])
            #expect(bad.status == 422, "\(bad)")
            #expect(try await served.system.audit.savedSearches(of: FirstStart.administrator).searches.count == 1)
        }
    }

    @Test func aSearchOfAMomentLeadsIntoThePastByItsForm() async throws {
        try await Served.open { served in
            let desk = try await ConsoleDesk.signedIn(served, try await served.token(of: FirstStart.administrator))
            let chosen = try await desk.choose(position: 5, on: "/console/history")
            #expect(chosen.status == 303)
            #expect(try await Self.save(desk, "Of then", at: "/console/history", ["ofMoment": "on"]).status == 303)
            #expect(try await Self.save(desk, "Of now", at: "/console/history").status == 303)
            let back = try await desk.choose(["to": "now"], on: "/console/history")
            #expect(back.status == 303 && desk.cookies["daybook-moment"] == nil)
            let page = try await desk.get("/console/history").text
            let open = try #require(page.firstMatch(of: /action="(\/console\/history\/searches\/[^"]+\/open)"/)).1
            #expect(page.contains("as of event 5") && page.matches(of: /\/open"/).count == 1)
            #expect(try await desk.post(String(open), ["form": "nonsense"]).status == 403)
            let form = try await desk.formToken("/console/history")
            let opened = try await desk.post(String(open), ["form": form])
            #expect(opened.status == 303 && desk.cookies["daybook-moment"] != nil, "\(opened)")
            let past = try await desk.get(try #require(opened.headers[.location])).text
            #expect(past.contains("You see everything as of") && past.matches(of: /class="what"/).count == 6)
        }
    }

    @Test func whatASearchFindsIsWhatItsReaderMaySeeByNow() async throws {
        try await Served.open { served in
            try await served.grant(["audit.events:read", "rbac.roles:read"], to: "clerk", in: "north", role: "reader")
            let clerk = try await ConsoleDesk.signedIn(served, try await served.token(of: "clerk"))
            let saved = try await Self.save(clerk, "Roles", at: "/console/history?branch=north")
            let address = try #require(saved.headers[.location], "\(saved)")
            #expect(try await clerk.get(address).text.contains("class=\"what\""))
            let remove = RemoveRole(userID: "clerk", roleID: "reader", branch: "north", reason: "Moved")
            _ = try await served.system.access.removeRoleFromUser(remove, Served.admin)
            #expect(try await clerk.get(address).status == 403)
            let other = try await ConsoleDesk.signedIn(served, try await served.token(of: FirstStart.administrator))
            #expect(try await !other.get("/console/history").text.contains("Roles</bdi>"))
        }
    }

    @Test func oneWhoseWordsWereErasedIsShownAndCannotBeOpened() async throws {
        try await Served.open { served in
            let desk = try await ConsoleDesk.signedIn(served, try await served.token(of: FirstStart.administrator))
            let saved = try await Self.save(desk, "About Zoë")
            let address = try #require(saved.headers[.location])
            let id = try #require(address.firstMatch(of: /search=([0-9a-f-]+)/)).1
            _ = try await served.system.store.erasePersonal(
                of: FirstStart.administrator,
                reason: "asked for",
                actor: "officer"
            )
            let page = try await desk.get("/console/history").text
            #expect(page.contains("Its words were erased.") && !page.contains("Zoë"), "\(page)")
            let form = try await desk.formToken("/console/history")
            #expect(try await desk.post("/console/history/searches/\(id)/open", ["form": form]).status == 409)
            #expect(try await desk.post("/console/history/searches/\(id)/remove", ["form": form]).status == 303)
        }
    }
}
