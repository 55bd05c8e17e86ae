import Access
import Foundation
import HTTPTypes
import JSON
import TestSupport
import Testing

@testable import Console
@testable import HTTPAPI

/// Every page of the console as axe judges it, and as Tab goes through it.
@Suite(.serialized, .enabled(if: Axe.file != nil, Axe.absence)) struct ConsoleAccessibilityTests {
    private typealias Browser = ConsoleBrowserTests.Browser

    private static let environment = ["DAYBOOK_BACKUP_PLAIN": "on", "DAYBOOK_INSTITUTION": "North & South Schools"]

    /// What is no page for people to see: answers to scripts, files, and what leads on to other pages.
    private static let unseen: Set<String> = [
        "/", "/console", "/console/assets/{name}", "/console/worker.js", "/console/inbox/news", "/console/consistency",
        "/console/history/{position}/evidence", "/console/exports/{exportId}/file", "/console/backups/{backupId}/file",
    ]

    /// What the pages with something of their own in their addresses are looked at with.
    private struct Things {
        var review = ""
        var export = ""
        var backup = ""
        var restored = ""
        var position: Int64 = 0

        /// The addresses of a page, so that it is seen with something in it, with nothing, and with what is wrong.
        func addresses(of path: String) -> [String] {
            switch path {
            case "/console/history":
                ["\(path)?action=role-assigned&text=nothing", "\(path)?resource=user&from=2020-01-01"]
            case "/console/overview": ["\(path)?resource=user"]
            case "/console/history/{position}": ["/console/history/30", "/console/history/2", "/console/history/99999"]
            case "/console/compare": ["\(path)", "\(path)?from=20&to=120"]
            case "/console/access": ["\(path)?text=noord"]
            case "/console/access/people/{userId}":
                [
                    "/console/access/people/both?branch=\(TwoBranches.ownBranch)",
                    "/console/access/people/admin?branch=institution",
                ]
            case "/console/access/roles": [path]
            case "/console/access/roles/{roleId}": ["/console/access/roles/teacher", "/console/access/roles/nobody"]
            case "/console/access/who": ["\(path)?permission=rbac.roles:read"]
            case "/console/access/what": ["\(path)?user=admin"]
            case "/console/access/why":
                [path, "\(path)?user=admin&permission=rbac.roles:read", "\(path)?user=both&permission=backups:manage"]
            case "/console/access/reviews/{reviewId}": ["/console/access/reviews/\(review)"]
            case "/console/access/reviews/{reviewId}/report": ["/console/access/reviews/\(review)/report"]
            case "/console/exports/new":
                [
                    path, "\(path)?report=student-report",
                    "\(path)?report=audit-history&words=zo%C3%AB&column-0=actor&value-0=a",
                ]
            case "/console/exports/{exportId}": [export]
            case "/console/backups/{backupId}": [backup, "\(backup)?content=yes"]
            case "/console/backups/restored/{position}": [restored]
            default: path.contains("{") ? [] : [path]
            }
        }
    }

    /// Something of everything.
    private static func furnish(_ served: Served) async throws -> (Things, ConsoleDesk) {
        _ = try await TwoBranches.furnish(served)
        let desk = try await ConsoleDesk.signedIn(served, try await served.token(of: FirstStart.administrator))
        var things = Things()
        things.review = try await served.system.access.openReview(branchID: TwoBranches.ownBranch, Served.admin).id
        func make(_ address: String, at page: String, _ fields: [String: String]) async throws -> String {
            let form = try await desk.formToken(page)
            let answer = try await desk.post(address, fields.merging(["form": form]) { $1 })
            return try #require(answer.headers[.location], "\(answer)")
        }
        things.export = try await make(
            "/console/exports",
            at: "/console/exports/new?report=students",
            ["report": "students", "format": "csv", "columns": "studentId"]
        )
        things.backup = try await make(
            "/console/backups",
            at: "/console/backups",
            ["kind": "full", "repository": "main", "description": "Before the move", "once": ""]
        )
        for name in ["Who came", "Who went"] {
            _ = try await make("/console/history/searches", at: "/console/history", ["name": name, "actor": "admin"])
        }
        for path in [things.export, things.backup] {
            let rests = try await eventually(every: .milliseconds(25)) {
                let page = try await desk.get(path).text
                return !page.contains("data-open") && !page.contains("http-equiv=\"refresh\"")
            }
            #expect(rests, "\(path)")
        }
        let position = try await served.system.store.head().size - 1
        things.position = position
        let form = try await desk.formToken("/console/backups/restore")
        let preview = try await desk.post(
            "/console/backups/restore/preview",
            ["form": form, "position": "\(position)"]
        )
        let token = try #require(preview.text.firstMatch(of: /name="token" value="([^"]+)"/), "\(preview)").1
        things.restored = try await make(
            "/console/backups/restore",
            at: "/console/backups/restore",
            ["position": "\(position)", "token": String(token), "reason": "A try.", "confirmation": "\(position)"]
        )
        try await served.settle()
        return (things, desk)
    }

    private static func look(_ browser: Browser, width: Int64, isDark: Bool) async throws {
        let how: JSONObject = ["width": .number(JSONNumber(width)), "height": 900, "isDark": .bool(isDark)]
        try await browser.order(["look": .object(how)])
    }

    /// What axe finds in the page that is open, on both grounds, narrow and wide.
    private static func judge(_ browser: Browser, _ page: String) async throws {
        let file = try #require(Axe.file)
        try await browser.order(["file": .string(file)])
        // From its beginning: what was scrolled below names that stay counts as covered by them.
        try await browser.run("for (const one of document.querySelectorAll('*')) one.scrollTo(0, 0)")
        // No colour goes by how wide the window is, and nothing's size or place by the ground: each of both is enough.
        for (width, isDark) in [(1_280, false), (390, true)] as [(Int64, Bool)] {
            try await look(browser, width: width, isDark: isDark)
            let found = (try await browser.run(Axe.question)?.array ?? []).compactMap(\.string)
            let place = "\(page) at \(width)\(isDark ? ", dark" : "")"
            #expect(found.isEmpty, "\(place): \(found.joined(separator: "\n"))")
        }
    }

    /// The way that Tab takes through the page that is open.
    private static func walk(_ browser: Browser, _ page: String) async throws {
        try await look(browser, width: 1_280, isDark: false)
        let reachable = try await browser.run(Axe.reachable)?.array?.compactMap(\.int64) ?? []
        let most = Int64(reachable.count * 2 + 40)
        let way: JSONObject = ["walk": .array([.string(Axe.stop), .number(JSONNumber(most))])]
        let stops = try await browser.order(way)?.array ?? []
        #expect(stops.count < most, "\(page): Tab does not leave the page")
        var last: Int64 = -1
        for stop in stops {
            let index = stop["index"]?.int64 ?? -1
            let what = stop["what"]?.string ?? ""
            #expect(index >= last, "\(page): \(what) comes after what stands behind it")
            #expect(stop["isInView"]?.bool == true, "\(page): \(what) has the focus and is not in view")
            #expect(stop["isRinged"]?.bool == true, "\(page): nothing shows that \(what) has the focus")
            #expect(stop["isCovered"]?.bool == false, "\(page): \(what) has the focus and is covered")
            last = index
        }
        let reached = Set(stops.compactMap { $0["index"]?.int64 })
        #expect(
            Set(reachable).isSubset(of: reached),
            "\(page): \(reachable.count - reached.count) are not reached by Tab"
        )
    }

    @Test func everyPageIsOpenToEverybodyAndToTheKeyboard() async throws {
        try await ConsoleBrowserTests.open(with: Self.environment) { served, browser, base in
            let (things, desk) = try await Self.furnish(served)
            var walked = 0
            for page in served.pages where page.method == .get && !Self.unseen.contains(page.path.text) {
                let addresses = things.addresses(of: page.path.text)
                #expect(!addresses.isEmpty, "\(page.path.text) is looked at by nobody")
                for address in addresses {
                    let answer = try await desk.get(address)
                    guard answer.headers[.contentType]?.hasPrefix("text/html") == true else { continue }
                    try await browser.order(["go": .string(base + address)])
                    try await Self.walk(browser, address)
                    try await Self.judge(browser, address)
                    walked += 1
                }
            }
            #expect(walked > 25)
            // As of a moment that was chosen, with all that unfolds unfolded (the overview is a page of its own); and what a form that is refused says.
            try await browser.order(["go": .string(base + "/console/history?action=role-assigned")])
            try await browser.run(
                """
                document.querySelector('#when-position').value = '40';
                document.querySelector('.when form').submit();
                """
            )
            try await browser.until("document.querySelector('.past')")
            for address in [
                "/console/history?to=9999-12-31", "/console/exports/new?report=students", "/console/system",
            ] {
                try await browser.order(["go": .string(base + address)])
                try await browser.run(
                    "for (const one of document.querySelectorAll('details:not(#overview-place)')) one.open = true"
                )
                try await Self.judge(browser, "\(address), as of a moment and unfolded")
            }
            try await browser.order(["go": .string(base + "/console/exports/new?report=student-report")])
            try await browser.run(
                """
                document.querySelector('#keepDays').value = '0';
                document.querySelector('form[method=post][action="/console/exports"]').submit();
                """
            )
            try await browser.until("document.querySelector('[role=alert]')")
            try await Self.judge(browser, "an export that is refused")
            try await browser.order(["go": .string(base + "/console/backups/restore")])
            try await browser.run(
                """
                const form = document.querySelector('form[action$="/restore/preview"]');
                form.querySelector('[name=position]').value = '\(things.position)';
                form.submit();
                """
            )
            try await browser.until("document.querySelector('[name=token]')")
            try await Self.judge(browser, "the preview of a restore")
            try await Self.walk(browser, "the preview of a restore")
        }
    }
}
