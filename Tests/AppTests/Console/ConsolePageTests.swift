import Access
import Events
import Foundation
import HTTPTypes
import TestSupport
import Testing
import Time

@testable import Console
@testable import HTTPAPI

/// What pages carry, whom they are for, and what they tell.
@Suite struct ConsolePageTests {
    /// What anybody may open. Reviewed: it shows nothing of the log.
    private static let open: Set<String> = [
        "GET /", "GET /console/assets/{name}", "GET /console/sign-in", "POST /console/sign-in",
        "GET /console/worker.js", "GET /console/sign-in/with-provider", "GET /console/sign-in/return",
    ]
    /// What whoever is signed in may ask for. Reviewed: it is about their own session, inbox, preferences and devices; exports and saved
    /// searches are of whoever had them made, files by all that is in them; that a restore was carried out is told to whoever did it, and to who
    /// may preview one.
    private static let signedIn: Set<String> = [
        "POST /console/sign-out", "POST /console/moment", "GET /console", "GET /console/inbox",
        "GET /console/inbox/news",
        "POST /console/inbox/mark", "POST /console/inbox/read-all", "GET /console/inbox/preferences",
        "POST /console/inbox/preferences", "POST /console/inbox/mute", "POST /console/inbox/unmute",
        "POST /console/inbox/devices", "POST /console/inbox/devices/remove",
        "GET /console/exports", "GET /console/exports/{exportId}", "GET /console/exports/{exportId}/file",
        "POST /console/exports/{exportId}/cancel", "POST /console/exports/{exportId}/remove",
        "GET /console/backups/restored/{position}", "POST /console/history/searches/{searchId}/open",
        "POST /console/history/searches/{searchId}/remove",
    ]

    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

    private static func expectGuarded(_ answer: Answer, _ what: String) {
        #expect(answer.headers[values: .contentSecurityPolicy] == [policy], "\(what)")
        #expect(answer.headers[.xContentTypeOptions] == "nosniff", "\(what)")
        #expect(answer.headers[.referrerPolicy] == "no-referrer", "\(what)")
        #expect(answer.headers[.openerPolicy] == "same-origin", "\(what)")
    }

    @Test func everyPageIsOpenByReviewOrTakesAPermissionAndIsGuarded() async throws {
        try await Served.open { served in
            let permissions = Set(try await served.permissions())
            let admin = try await ConsoleDesk.signedIn(served, try await served.token(of: FirstStart.administrator))
            let nobody = try await ConsoleDesk.signedIn(served, try await served.token(of: "nobody"))
            let stranger = ConsoleDesk(served)
            let review = try await served.system.access.openReview(branchID: "institution", Served.admin).id
            for page in served.pages {
                switch page.access {
                case .open: #expect(Self.open.contains(page.name), "\(page.name) is open to anybody")
                case .signedIn: #expect(Self.signedIn.contains(page.name), "\(page.name) takes no permission")
                case .permission(let permission, _): #expect(permissions.contains(permission), "\(page.name)")
                }
                guard page.method == .get else { continue }
                let target = page.request.target.replacing("/reviews/nobody", with: "/reviews/\(review)")
                    .replacing("/nobody", with: "/console.css")
                let answers = [
                    try await admin.get(target), try await nobody.get(target), try await stranger.get(target),
                ]
                for answer in answers {
                    Self.expectGuarded(answer, "\(page.name): \(answer)")
                    let keeps =
                        page.path.text.hasPrefix("/console/assets") || page.path.text.hasSuffix(".js")
                        ? "no-cache" : "no-store"
                    #expect(answer.headers[.cacheControl] == keeps, "\(page.name): \(answer)")
                }
                // What nobody has made is not there, whoever asks.
                let isOfOne =
                    !Set(page.path.parameters).isDisjoint(with: ["exportId", "backupId"])
                    || page.path.text.contains("/restored/")
                #expect(isOfOne ? answers[0].status == 404 : answers[0].status < 400, "\(page.name): \(answers[0])")
                guard page.access != .open else { continue }
                let isOfEverybody = page.access == .signedIn
                #expect(
                    isOfEverybody
                        ? answers[1].status < 400 || (isOfOne && answers[1].status == 404) : answers[1].status == 403,
                    "\(page.name): \(answers[1])"
                )
                // What a script asks for is refused; a page leads to where one signs in.
                if page.path.text == "/console/inbox/news" {
                    #expect(answers[2].status == 401 && answers[2].headers[.location] == nil, "\(answers[2])")
                    continue
                }
                #expect(answers[2].status == 303, "\(page.name): \(answers[2])")
                #expect(answers[2].headers[.location]?.hasPrefix("/console/sign-in") == true, "\(page.name)")
            }
            for path in ["/console/history?to=never", "/console/history/99999", "/console/assets/none.css"] {
                Self.expectGuarded(try await admin.get(path), path)
            }
            // They are for people, and no part of the API.
            #expect(try await !served.send(Sending(.get, "/openapi.json"), token: nil).text.contains("/console/"))
        }
    }

    @Test func everyFormIsRefusedWithoutItsCodeAndFromElsewhere() async throws {
        try await Served.open { served in
            let desk = try await ConsoleDesk.signedIn(served, try await served.token(of: FirstStart.administrator))
            let code = try await desk.formToken("/console/history")
            let other = try await ConsoleDesk.signedIn(served, try await served.token(of: "another"))
            let another = try await other.formToken("/console/inbox")
            var walked = 0
            for page in served.pages where page.method == .post && page.path.text != "/console/sign-in" {
                for (fields, origin) in [
                    ([:], "http://127.0.0.1"), (["form": another], "http://127.0.0.1"),
                    (["form": code], "https://elsewhere.example"), (["form": code], "null"),
                ] {
                    let answer = try await desk.post(page.request.target, fields, origin: origin)
                    #expect(answer.status == 403, "\(page.name) \(fields) \(origin): \(answer)")
                    #expect(answer.text.contains("This form was not sent by a page"), "\(page.name): \(answer)")
                }
                walked += 1
            }
            #expect(walked >= 20)
            #expect(try await desk.get("/console/inbox").status == 200, "nobody was signed out by it")
        }
    }

    @Test func limitsAreShownToWhoMayReadThem() async throws {
        try await Served.open { served in
            let admin = try await ConsoleDesk.signedIn(served, try await served.token(of: FirstStart.administrator))
            let page = try await admin.get("/console/system").text
            #expect(page.contains("<th scope=\"row\">sign-in-address</th>"))
            #expect(page.contains("Requests are not limited on this server."), "as this server is set")
            let token = try await served.token(of: "hal")
            let health = [BuiltInPermission.readHealth.name]
            try await served.grant(health, to: "hal", in: "institution", role: "watcher")
            let other = try await ConsoleDesk.signedIn(served, token).get("/console/system")
            #expect(other.status == 200 && !other.text.contains("sign-in-address"))
        }
    }

    @Test func noPageHoldsScriptOrStyleOfItsOwn() async throws {
        try await Served.open { served in
            let desk = try await ConsoleDesk.signedIn(served, try await served.token(of: FirstStart.administrator))
            try await served.settle()
            for path in [
                "/console/sign-in", "/console/history", "/console/history/1", "/console/system",
                "/console/history/99999", "/console/inbox", "/console/inbox/preferences",
                "/console/exports", "/console/exports/new", "/console/exports/new?report=student-report",
                "/console/backups", "/console/backups/restore",
                "/console/compare?from=0&to=100", "/console/access",
                "/console/access/people/admin?branch=institution", "/console/access/roles",
                "/console/access/roles/admin",
                "/console/access/inheritance", "/console/access/who?permission=rbac.roles:read",
                "/console/access/what?user=admin", "/console/access/why?user=admin&permission=rbac.roles:read",
                "/console/access/ending", "/console/access/reviews",
            ] {
                let text = try await desk.get(path).text
                #expect(text.contains("<main"), "\(path)")
                #expect(text.firstMatch(of: /<[^>]*\s(style|on[a-z]+)\s*=/) == nil, "\(path)")
                #expect(!text.contains("<style"), "\(path)")
                for script in text.matches(of: /<script[^>]*>([^<]*)</) { #expect(script.1.isEmpty, "\(path)") }
                #expect(text.utf8.count < 100_000, "\(path)")
            }
        }
    }

    @Test func aFileIsSentOnceForEachOfItsVersions() async throws {
        try await Served.open { served in
            let desk = ConsoleDesk(served)
            let answer = try await desk.get("/console/assets/console.css")
            let tag = try #require(answer.headers[.eTag])
            #expect(tag.hasPrefix("\"") && answer.text.contains("prefers-color-scheme"))
            let again = try await desk.get("/console/assets/console.css", headers: ["If-None-Match": tag])
            #expect(again.status == 304 && again.text.isEmpty && again.headers[.eTag] == tag)
            for name in ["..%2Fconsole.css", "%2e%2e%2fTemplates%2flayout.mustache", "layout.mustache"] {
                #expect(try await desk.get("/console/assets/\(name)").status == 404, "\(name)")
            }
        }
    }

    /// What is hostile in one place of a page or another. The last ends an attribute for a browser, though to Swift a quote with
    /// a combining mark is another character.
    private static let markup = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' autofocus onfocus='alert(1)",
        "</pre></main>",
        "{{actor}}{{{raw}}}", "\"\u{301} onfocus=alert(1) <\u{338}b",
    ]

    @Test func storedMarkupStaysText() async throws {
        try await Served.open { served in
            let desk = try await ConsoleDesk.signedIn(served, try await served.token(of: FirstStart.administrator))
            for (number, markup) in Self.markup.enumerated() {
                let logged = Audit.AccessLogged(
                    userID: "u\(markup)",
                    action: "a\(markup)",
                    resource: "r\(markup)",
                    resourceID: "i\(markup)",
                    status: "s\(markup)",
                    changes: .object([
                        "c\(markup)": .object(["before": .string(markup), "after": .string("n\(markup)")])
                    ])
                )
                let context = CommandContext(actor: .operator)
                _ = try await served.system.tokens.register(
                    RegisterUser(userID: "x\(number)\(markup)", kind: .person),
                    context
                )
                _ = try await served.system.access.auditAccessLog(logged, branchID: "b\(markup)", Served.admin)
            }
            try await served.settle()
            var pages = ["/console/history", "/console/system"]
            // What the history leads to: of some events, such as what servers say of themselves, a reader is told nothing.
            let history = try await desk.get("/console/history?from=2020-01-01").text
            pages += history.matches(of: /class="what" href="([^"]+)"/).prefix(2 * Self.markup.count).map {
                String($0.1)
            }
            for markup in Self.markup {
                let text = PercentCoding.encode(markup)
                pages += ["text", "actor", "subject", "action", "resource", "resourceId", "branch", "from"].map {
                    "/console/history?\($0)=\(text)"
                }
                pages.append("/console/sign-in?next=\(text)")
            }
            var shown = 0
            for page in pages {
                let answer = try await desk.get(page)
                #expect(answer.status == 200 || page.contains("from="), "\(page): \(answer)")
                shown += answer.text.contains("alert(1)") ? 1 : 0
                let scalars = Array(answer.text.unicodeScalars)
                // Every bracket and quote that comes from outside is written as a reference.
                for bad in ["<script>alert", "<img src=x", "</pre></main>", "' autofocus"] {
                    #expect(!answer.text.contains(bad), "\(page): \(bad)")
                }
                for (first, second) in zip(scalars, scalars.dropFirst()) where "\"<".unicodeScalars.contains(first) {
                    #expect(second != "\u{301}" && second != "\u{338}", "\(page)")
                }
            }
            #expect(shown > 30)
        }
    }

    @Test func anotherBranchIsNotThere() async throws {
        try await TwoBranches.open { branches in
            let desk = try await ConsoleDesk.signedIn(branches.served, branches.insiderToken)
            #expect(branches.otherPositions.count > 20)
            for position in branches.otherPositions {
                for path in ["/console/history/\(position)", "/console/history/\(position)/evidence"] {
                    let answer = try await desk.get(path)
                    #expect(answer.status == 404, "\(path): \(answer)")
                    #expect(!answer.text.contains(TwoBranches.other), "\(path): \(answer)")
                    // As one that was never recorded.
                    let never = try await desk.get(path.replacing("/\(position)", with: "/99999"))
                    #expect(Self.plain(never.text) == Self.plain(answer.text), "\(path)")
                }
            }
            for path in [
                "/console/history", "/console/history?text=\(TwoBranches.otherBranch)",
                "/console/history?resource=student", "/console/history?actor=noord-insider",
            ] {
                var page: String? = path
                while let next = page {
                    let answer = try await desk.get(next)
                    #expect(answer.status == 200, "\(next): \(answer)")
                    let told = answer.text.replacing(TwoBranches.otherBranch, with: "").contains(TwoBranches.other)
                    #expect(!told, "\(next)")
                    page = answer.text.firstMatch(of: /<a href="([^"]+)" rel="next">More/)
                        .map { String($0.1).replacing("&amp;", with: "&") }
                }
            }
            #expect(try await desk.get("/console/history?branch=\(TwoBranches.otherBranch)").status == 403)
            #expect(try await desk.get("/console/system").status == 403)
            // What is next to a branch's own event may be of the other; what is one's own is shown.
            let own = try await desk.get("/console/history?branch=\(TwoBranches.ownBranch)")
            let links = own.text.matches(of: /class="what" href="([^"]+)"/).map { String($0.1) }
            #expect(links.count > 30)
            for link in links {
                let answer = try await desk.get(link)
                #expect(answer.status == 200 && !answer.text.contains(TwoBranches.other), "\(link)")
            }
        }
    }

    @Test func theHistoryGoesOnWithoutScriptAndNarrowsDown() async throws {
        try await Served.open { served in
            let desk = try await ConsoleDesk.signedIn(served, try await served.token(of: FirstStart.administrator))
            for number in 0..<70 {
                let command = RegisterUser(userID: "person-\(number)", kind: .person)
                _ = try await served.system.tokens.register(command, CommandContext(actor: .operator))
            }
            try await served.settle()
            var path: String? = "/console/history?action=user-registered"
            var seen: [String] = []
            while let page = path {
                let answer = try await desk.get(page)
                #expect(answer.status == 200, "\(answer)")
                seen += answer.text.matches(of: /class="what" href="([^"]+)"/).map { String($0.1) }
                path = answer.text.firstMatch(of: /<a href="([^"]+)" rel="next">More/)
                    .map { String($0.1).replacing("&amp;", with: "&") }
            }
            #expect(seen.count >= 70 && Set(seen).count == seen.count)
            let one = try await desk.get("/console/history?resourceId=person-3&actor=&text=").text
            #expect(one.matches(of: /class="what"/).count == 1)
            let today = ISO8601DateFormatter().string(from: Date()).prefix(10)
            #expect(try await desk.get("/console/history?from=\(today)&to=\(today)").text.contains("class=\"what\""))
            #expect(try await desk.get("/console/history?to=2001-01-01").text.contains("Nothing that you may read"))
            // A cursor belongs to one list.
            let more = try await desk.get("/console/history?action=user-registered").text
            let cursor = try #require(more.firstMatch(of: /cursor=([^"&]+)/)).1
            #expect(try await desk.get("/console/history?cursor=\(cursor)").status == 400)
        }
    }

    @Test func anOverviewCountsWhatTheReaderMayReadAndLeadsToTheListOfIt() async throws {
        try await Served.open { served in
            let desk = try await ConsoleDesk.signedIn(served, try await served.token(of: FirstStart.administrator))
            for number in 0..<7 {
                let command = RegisterUser(userID: "<b>person-\(number)</b>", kind: .person)
                _ = try await served.system.tokens.register(command, CommandContext(actor: .operator))
            }
            try await served.settle()
            let list = try await desk.get("/console/history?action=user-registered").text
            #expect(list.contains("href=\"/console/overview?action=user-registered\""))
            let page = try await desk.get("/console/overview?action=user-registered&actor=operator")
            #expect(
                page.status == 200 && page.text.contains("<p class=\"help\">7 events that you may read."),
                "\(page.text)"
            )
            #expect(!page.text.contains("<b>person"))
            // Each bar leads to a list of as many as it says.
            func counted(_ page: Answer) async throws -> Int {
                let bars = page.text.matches(
                    of: /<a href="([^"]+)" tabindex="-1"[^>]*><rect[^>]*><title>[^:]+:[^:]*: ([0-9,]+)</
                )
                var counted = 0
                for bar in bars where bar.2 != "0" {
                    let address = bar.1.replacing("&amp;", with: "&")
                    let lines = try await desk.get(String(address)).text.matches(of: /class="what"/).count
                    #expect(String(lines) == bar.2, "\(address)")
                    counted += lines
                }
                return counted
            }
            #expect(try await counted(page) == 7)
            // And never out of the period that is asked for, however much longer than that a bar is.
            let registered = try await served.system.store.reader.events(from: 0, types: [Identity.UserRegistered.type])
            let times = registered.filter { $0.header.actor == "operator" }.map(\.header.recordedAt.rfc3339)
            try #require(times.count == 7)
            let narrow = "/console/overview?action=user-registered&actor=operator&from=\(times[2])&to=\(times[4])"
            let some = try await counted(try await desk.get(narrow))
            #expect(some == 3)
            // Values of what is asked for already are not offered again.
            let whole = try await desk.get("/console/overview").text
            #expect(whole.contains("<h2>Actor</h2>") && !page.text.contains("<h2>Actor</h2>"))

            try await served.grant(["audit.events:read"], to: "clerk", in: "north", role: "northern-reader")
            let clerk = try await ConsoleDesk.signedIn(served, try await served.token(of: "clerk"))
            #expect(try await clerk.get("/console/overview?branch=south").status == 403)
            let nothing = try await clerk.get("/console/overview?action=user-registered")
            #expect(nothing.status == 200 && nothing.text.contains("Nothing to count."), "\(nothing)")
            let trail = try await desk.get("/console/history?action=history-queried").text
            #expect(trail.contains("Audit data was read"), "that somebody looked is recorded")
        }
    }

    @Test func anEventIsByWhoeverDidItAndNotByWhoeverLooks() async throws {
        try await Served.open { served in
            let desk = try await ConsoleDesk.signedIn(served, try await served.token(of: FirstStart.administrator))
            let command = RegisterUser(userID: "somebody", kind: .person)
            let outcome = try await served.system.tokens.register(command, CommandContext(actor: .operator))
            let position = try #require(outcome.receipt?.events.first?.position)
            try await served.settle()
            let page = try await desk.get("/console/history/\(position)").text
            #expect(page.contains("by <bdi><a href=\"/console/history?actor=operator\">operator</a>"), "\(page)")
            #expect(page.contains("<bdi class=\"actor\">\(FirstStart.administrator)</bdi>"), "\(page)")
        }
    }

    @Test func anEventShowsWhatChangedAndItsEvidenceIsThatOfTheAPI() async throws {
        try await Served.open { served in
            let token = try await served.token(of: FirstStart.administrator)
            let desk = try await ConsoleDesk.signedIn(served, token)
            try await served.grant(["rbac.roles:read"], to: "clerk", in: "institution", role: "clerk")
            let outcome = try await served.system.access.assignPermissionToRole(
                AssignPermission(roleID: "clerk", permissionID: "rbac.roles:list"),
                Served.admin
            )
            let position = try #require(outcome.receipt?.events.first?.position)
            try await served.settle()
            let page = try await desk.get("/console/history/\(position)").text
            #expect(page.contains("What changed") && page.contains("rbac.roles:list"))
            #expect(page.contains("<del><bdi>[&quot;rbac.roles:read&quot;]"), "\(page)")
            let evidence = try await desk.get("/console/history/\(position)/evidence?size=\(position + 1)")
            let answer = try await served.send(
                Sending(
                    .get,
                    "/log/events/\(position)/proof?size=\(position + 1)",
                    headers: ["Accept": "application/json"]
                ),
                token: token
            )
            #expect(evidence.status == 200 && evidence.text == answer.text)
            #expect(evidence.headers[.contentDisposition] == "attachment; filename=\"event-\(position)-evidence.json\"")
        }
    }

    /// Without what is another each time.
    private static func plain(_ text: String) -> String {
        text.replacing(/[0-9a-f]{32}/, with: "").replacing(/\d+/, with: "")
    }
}
