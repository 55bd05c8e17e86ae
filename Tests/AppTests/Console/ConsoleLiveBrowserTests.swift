import Access
import EventStore
import Exports
import Foundation
import JSON
import Testing

@testable import HTTPAPI

/// The inbox of the console in Chromium: what happens, as it happens.
@Suite(.serialized) struct ConsoleLiveBrowserTests {
    typealias Browser = ConsoleBrowserTests.Browser

    private static func withBrowsers(
        _ count: Int,
        _ body: @escaping @Sendable (InboxDesk, [Browser], String) async throws -> Void
    ) async throws {
        let directory = "\(FileManager.default.temporaryDirectory.path)/daybook-browser-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await InboxDesk.open { desk in
            let base = "http://127.0.0.1:\(desk.served.port)"
            let browsers = try (0..<count).map { try Browser(profile: "\(directory)-\($0)") }
            defer {
                for (number, browser) in browsers.enumerated() {
                    browser.end()
                    try? FileManager.default.removeItem(atPath: "\(directory)-\(number)")
                }
            }
            try await body(desk, browsers, base)
        }
    }

    private static func signIn(_ browser: Browser, _ token: String, _ base: String) async throws {
        try await browser.order(["go": .string(base + "/console/sign-in")])
        try await browser.order(["type": .string(token)])
        try await browser.press("Enter")
        try await browser.until("location.pathname === '/console/inbox' && document.readyState === 'complete'")
    }

    private static let isLive = "document.documentElement.dataset.live === 'socket'"
    private static func badge(_ count: Int) -> String {
        count == 0
            ? "document.querySelector('#unread').hidden"
            : "document.querySelector('#unread:not([hidden]) b')?.textContent === '\(count)'"
    }

    @Test func twoBrowsersSeeTheSameBadgeAndHearWhatArrives() async throws {
        try await Self.withBrowsers(2) { desk, browsers, base in
            for browser in browsers { try await Self.signIn(browser, desk.ann, base) }
            try await browsers[1].order(["go": .string(base + "/console/inbox/preferences")])
            for browser in browsers { try await browser.until(Self.isLive) }
            try await desk.send("Grüße, <b>世界</b>")
            for browser in browsers {
                try await browser.until(Self.badge(1))
                try await browser.until("document.querySelector('#news').textContent.includes('Grüße, <b>世界</b>')")
            }
            try await browsers[0].until("document.querySelector('.note.unread h2')?.textContent.includes('<b>世界</b>')")
            try await desk.send("Second")
            for browser in browsers { try await browser.until(Self.badge(2)) }
            try await browsers[0].until("document.querySelectorAll('.note.unread').length === 2")
            // By keyboard, in the first: the second follows, and the focus stays where it was.
            try await browsers[0].tab(to: ".note button[value=read]")
            try await browsers[0].press("Enter")
            for browser in browsers { try await browser.until(Self.badge(1)) }
            try await browsers[0].until("document.querySelectorAll('.note.unread').length === 1")
            try await browsers[0].until("document.activeElement.closest('.note') !== null")
            try await browsers[0].run("document.querySelector('form[action$=read-all] button').click()")
            for browser in browsers { try await browser.until(Self.badge(0)) }
            for browser in browsers { #expect(browser.complaints.isEmpty, "\(browser.complaints)") }
        }
    }

    @Test func whereThereIsNoSocketThePageAsksByItself() async throws {
        try await Self.withBrowsers(1) { desk, browsers, base in
            let browser = browsers[0]
            let broken = """
                globalThis.WebSocket = class { constructor() { setTimeout(() => this.onclose({ code: 1006 }), 1); } close() {} };
                globalThis.WebSocket.OPEN = 1;
                """
            try await browser.order(["before": .string(broken)])
            try await Self.signIn(browser, desk.ann, base)
            try await browser.until("document.documentElement.dataset.live === 'polling'")
            try await desk.send("without a socket")
            try await browser.until(Self.badge(1))
            try await browser.until("document.querySelector('#news').textContent.includes('without a socket')")
            try await browser.until(
                "document.querySelector('.note.unread h2')?.textContent.includes('without a socket')"
            )
            #expect(browser.complaints.isEmpty, "\(browser.complaints)")
        }
    }

    @Test func aPageIsToldWhenItsSessionEnds() async throws {
        try await Self.withBrowsers(1) { desk, browsers, base in
            let browser = browsers[0]
            let token = try await desk.anotherToken(of: "ann")
            try await Self.signIn(browser, token, base)
            try await browser.until(Self.isLive)
            try await desk.revoke(token)
            try await browser.until("document.querySelector('#news').textContent.includes('The session is over')")
            try await browser.run("document.querySelector('#news a').click()")
            try await browser.until("location.pathname === '/console/sign-in'")
        }
    }

    @Test func aPageWhoseSocketIsOlderThanItsCookieOpensAnother() async throws {
        try await Self.withBrowsers(1) { desk, browsers, base in
            let browser = browsers[0]
            // The first socket ends as one does whose cookie has become too old.
            let old = """
                const Real = globalThis.WebSocket;
                globalThis.WebSocket = function (...all) {
                    if (globalThis.hadOne) return new Real(...all);
                    globalThis.hadOne = true;
                    setTimeout(() => this.onclose({ code: 4401 }), 1);
                };
                globalThis.WebSocket.OPEN = 1;
                """
            try await browser.order(["before": .string(old)])
            try await Self.signIn(browser, desk.ann, base)
            try await browser.until("globalThis.hadOne && \(Self.isLive)")
            try await desk.send("by the second")
            try await browser.until(Self.badge(1))
            #expect(browser.complaints.isEmpty, "\(browser.complaints)")
        }
    }

    @Test func anExportIsAskedForByKeyboardAndItsPageFollowsIt() async throws {
        try await ConsoleBrowserTests.open { served, browser, base in
            try await browser.order(["go": .string(base + "/console/exports")])
            try await browser.tab(to: "#report")
            try await browser.press("Tab")
            try await browser.press("Enter")
            try await browser.until(
                "location.pathname === '/console/exports/new' && document.readyState === 'complete'"
            )
            try await browser.tab(to: "#fileName")
            try await browser.order(["type": .string("by hand")])
            try await browser.press("Enter")
            try await browser.until("/^.console.exports.[0-9a-f-]{36}$/.test(location.pathname)")
            try await browser.until("document.querySelector('#region .state')?.textContent === 'completed'")
            try await browser.until("document.querySelector('a.button')?.textContent.includes('by hand')")
            // On the list another one is followed that another page asked for.
            try await browser.order(["go": .string(base + "/console/exports")])
            try await browser.until(Self.isLive)
            let made = try await served.system.exports.request(
                ExportOrder("teachers", as: .csv),
                by: Author(id: FirstStart.administrator),
                rights: .all
            )
            let id = try #require(made.exportIDs.first)
            try await browser.until(
                "document.querySelector('tr[data-key=\"\(id)\"] .state')?.textContent === 'completed'"
            )
            let narrow: JSONObject = ["width": 320, "height": 800, "file": "/dev/null"]
            try await browser.order(["look": .object(narrow)])
            #expect(try await browser.run("document.documentElement.scrollWidth - innerWidth")?.int64 ?? 1 <= 0)
            #expect(browser.complaints.isEmpty, "\(browser.complaints)")
        }
    }

    @Test func aBackupIsBegunByKeyboardAndItsPageFollowsIt() async throws {
        try await ConsoleBrowserTests.open(with: ["DAYBOOK_BACKUP_PLAIN": "on"]) { _, browser, base in
            try await browser.order(["go": .string(base + "/console/backups")])
            try await browser.tab(to: "#description")
            try await browser.order(["type": .string("by hand")])
            try await browser.press("Enter")
            try await browser.until("document.querySelector('.lead')?.textContent.includes('by hand')")
            try await browser.until("document.querySelector('#region .state')?.textContent === 'completed'")
            // It is whole a moment before its making has ended.
            try await browser.until("document.querySelector('button[value=quick]')")
            try await browser.tab(to: "button[value=quick]")
            try await browser.press("Enter")
            try await browser.until("document.querySelector('#trust + dl .state.healthy')?.textContent === 'sound'")
            try await browser.order(["go": .string(base + "/console/backups/restore?position=1")])
            #expect(try await browser.run("document.querySelector('#position').value")?.string == "1")
            #expect(browser.complaints.isEmpty, "\(browser.complaints)")
        }
    }

    @Test func theServiceWorkerIsTakenByTheBrowser() async throws {
        try await Self.withBrowsers(1) { desk, browsers, base in
            let browser = browsers[0]
            try await Self.signIn(browser, desk.ann, base)
            let scope = try await browser.run(
                """
                navigator.serviceWorker.register('/console/worker.js', { scope: '/console/' })
                    .then(() => navigator.serviceWorker.ready).then((worker) => new URL(worker.scope).pathname)
                """
            )
            #expect(scope?.string == "/console/")
            #expect(browser.complaints.isEmpty, "\(browser.complaints)")
        }
    }
}
