import Access
import Foundation
import JSON
import OpenSSL
import Synchronization
import TestSupport
import Testing

@testable import HTTPAPI

/// The console in Chromium, without a window.
@Suite(.serialized) struct ConsoleBrowserTests {
    /// A browser that does as it is told.
    final class Browser: Sendable {
        struct Refusal: Error {
            let message: String
        }

        private let conversation: Conversation
        private let answers = Mutex(0)

        init(profile: String) throws {
            conversation = try Conversation(python: "drive_page.py", profile)
        }

        /// One that takes any certificate, as that of a test's own proxy.
        init(trustingAnybodyWith profile: String) throws {
            conversation = try Conversation(python: "drive_page.py", profile, "--ignore-certificate-errors")
        }

        /// What it complained of: errors and warnings, of scripts and of the policy.
        var complaints: [String] { conversation.lines.filter { $0.hasPrefix("complaint") } }

        func end() { conversation.end() }

        @discardableResult
        func order(_ command: JSONObject) async throws -> JSONValue? {
            var writer = JSONWriter()
            writer.value(command)
            try conversation.say(writer.text)
            let answers = answers.withLock { count in
                count += 1
                return count
            }
            try await conversation.until { lines in lines.count { $0.hasPrefix("{") } >= answers }
            let line = conversation.lines.filter { $0.hasPrefix("{") }[answers - 1]
            let answer = try JSONValue(parsing: line)
            if let message = answer["error"]?.string { throw Refusal(message: message) }
            return answer["value"]
        }

        @discardableResult
        func run(_ script: String) async throws -> JSONValue? { try await order(["run": .string(script)]) }

        func press(_ key: String, times: Int = 1) async throws {
            for _ in 0..<times { try await order(["key": .string(key)]) }
        }

        /// Presses Tab until something has the focus.
        func tab(to selector: String) async throws {
            for _ in 0..<60 {
                try await press("Tab")
                if try await run("document.activeElement.matches('\(selector)')")?.bool == true { return }
            }
            throw Refusal(message: "The focus does not come to \(selector)")
        }

        /// Waits until a script gives true.
        func until(_ script: String) async throws {
            let isTrue = try await eventually(every: .milliseconds(25)) {
                (try? await run("Boolean(\(script))"))?.bool == true
            }
            if isTrue { return }
            let text = try? await run("document.body.innerText")
            throw Refusal(message: "It does not come to \(script): \(text?.string ?? "")")
        }
    }

    static func open(
        with environment: [String: String] = [:],
        _ body: @escaping @Sendable (Served, Browser, String) async throws -> Void
    ) async throws {
        let profile = "\(FileManager.default.temporaryDirectory.path)/daybook-browser-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: profile) }
        try await Served.open(with: environment) { served in
            let token = try await served.token(of: FirstStart.administrator)
            let browser = try Browser(profile: profile)
            defer { browser.end() }
            try await browser.order(["go": .string("http://127.0.0.1:\(served.port)/")])
            try await browser.order(["type": .string(token)])
            try await browser.press("Enter")
            try await browser.until("location.pathname === '/console/history' && document.readyState === 'complete'")
            try await served.settle()
            try await body(served, browser, "http://127.0.0.1:\(served.port)")
        }
    }

    /// The key that an auditor has from elsewhere.
    private static func key(_ served: Served) throws -> String {
        try #require(try served.system.store.keys.verifiers().first?.encoded)
    }

    private static func check(_ browser: Browser, _ key: String, checkpoint: String = "") async throws -> String {
        try await browser.until("document.querySelector('#check-form:not([hidden])')")
        var fields = JSONWriter()
        fields.value([key, checkpoint])
        try await browser.run(
            """
            [document.querySelector('#check-key').value, document.querySelector('#check-checkpoint').value] = \(fields.text);
            document.querySelector('#check-form button').click();
            """
        )
        try await browser.until("document.querySelector('.verdict')")
        return try await browser.run(
            "document.querySelector('.verdict').className + ': ' + document.querySelector('#check-result').innerText"
        )?.string ?? ""
    }

    @Test func byKeyboardAloneFromTheHistoryToAnEventThatIsVerified() async throws {
        try await Self.open { served, browser, base in
            try await browser.order(["go": .string(base + "/console/history")])
            try await browser.tab(to: ".line .what")
            try await browser.press("Enter")
            try await browser.until("document.querySelector('#check-form:not([hidden])')")
            try await browser.tab(to: "#check-key")
            try await browser.order(["type": .string(try Self.key(served))])
            try await browser.tab(to: "#check-form button")
            try await browser.press("Enter")
            try await browser.until("document.querySelector('.verdict.good')")
            // Kept for the next event.
            try await browser.order(["go": .string(base + "/console/history/1")])
            try await browser.until("document.querySelector('#check-key').value.length > 40")
            let checkpoint = try await browser.run("document.querySelector('#check-checkpoint').value")?.string ?? ""
            let verdict = try await Self.check(browser, try Self.key(served), checkpoint: checkpoint)
            #expect(
                verdict.hasPrefix("verdict good: Verified") && verdict.contains("the root of your checkpoint"),
                "\(verdict)"
            )
            #expect(browser.complaints.isEmpty, "\(browser.complaints)")
        }
    }

    @Test func moreOfTheHistoryComesInAsOneScrolls() async throws {
        try await Self.open { served, browser, base in
            for number in 0..<160 {
                let command = RegisterUser(userID: "person-\(number)", kind: .person)
                _ = try await served.system.tokens.register(command, CommandContext(actor: .operator))
            }
            try await served.settle()
            try await browser.order(["go": .string(base + "/console/history?action=user-registered")])
            for _ in 0..<5 { try await browser.run("scrollTo(0, document.body.scrollHeight)") }
            try await browser.until(
                "scrollTo(0, document.body.scrollHeight) || document.querySelectorAll('.line').length >= 160"
            )
            #expect(try await browser.run("document.querySelectorAll('.day').length")?.int64 ?? 9 <= 2)
            #expect(browser.complaints.isEmpty, "\(browser.complaints)")
        }
    }

    @Test func whatWasTamperedWithTurnsRed() async throws {
        try await Self.open { served, browser, base in
            let key = try Self.key(served)
            let store = served.system.store
            let checkpoint = try #require(try await store.prover.newestCheckpoint())
            let go: @Sendable () -> JSONObject = { ["go": .string(base + "/console/history/2")] }
            try await browser.order(go())
            #expect(try await Self.check(browser, key, checkpoint: checkpoint).hasPrefix("verdict good"))
            // A checkpoint that nobody signed, one of another log, another key, and none of a key's form.
            let lines = checkpoint.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            var other = lines
            other[1] = String((Int(lines[1]) ?? 2) - 1)
            for (wrongKey, wrong) in [
                (key, other.joined(separator: "\n")), (key, "nonsense"),
                (key.replacing("daybook/", with: "otherbook/"), ""),
                ("daybook/x+00000000+AQ==", ""), ("nonsense", ""),
            ] {
                try await browser.order(go())
                let verdict = try await Self.check(browser, wrongKey, checkpoint: wrong)
                #expect(verdict.hasPrefix("verdict bad"), "\(wrong) \(wrongKey): \(verdict)")
            }
            // The event as it is shown is another than was recorded.
            try await browser.order([
                "tamper": .array([.string("/console/history/2"), .string("operator"), .string("0perator")])
            ])
            try await browser.order([
                "tamper": .array([
                    .string("/console/history/2"), .string("&quot;actor&quot;: &quot;"),
                    .string("&quot;actor&quot;: &quot;x"),
                ])
            ])
            try await browser.order(go())
            let verdict = try await Self.check(browser, key)
            #expect(verdict.hasPrefix("verdict bad") && verdict.contains("leaf hash"), "\(verdict)")
            #expect(browser.complaints.isEmpty, "\(browser.complaints)")
        }
    }

    @Test func aProofThatDoesNotLeadToTheRootTurnsRed() async throws {
        try await Self.open { served, browser, base in
            let proof = try await served.system.store.prover.proof(of: 2)
            let hash = try #require(proof.hashes.first).base64
            try await browser.order([
                "tamper": .array([.string("/evidence"), .string(hash), .string("A" + hash.dropFirst())])
            ])
            try await browser.order(["go": .string(base + "/console/history/2")])
            let verdict = try await Self.check(browser, try Self.key(served))
            #expect(verdict.hasPrefix("verdict bad") && verdict.contains("does not lead to the root"), "\(verdict)")
        }
    }

    @Test func anOlderCheckpointIsTiedToTheLogThatHoldsTheEvent() async throws {
        try await Self.open { served, browser, base in
            let key = try Self.key(served)
            let store = served.system.store
            let checkpoints = try await served.system.pool.query("select note from log.checkpoints order by size")
                .map { try $0.decode(String.self) }
            let command = RegisterUser(userID: "newcomer", kind: .person)
            let outcome = try await served.system.tokens.register(command, CommandContext(actor: .operator))
            let position = try #require(outcome.receipt?.events.first?.position)
            try await served.settle()
            let page: JSONObject = ["go": .string(base + "/console/history/\(position)")]
            // Of each size that there is, powers of two among them.
            for checkpoint in checkpoints {
                try await browser.order(page)
                let verdict = try await Self.check(browser, key, checkpoint: checkpoint)
                #expect(verdict.hasPrefix("verdict good") && verdict.contains("goes on from"), "\(verdict)")
            }
            // What the log was before its head is of another history than what is now signed.
            let first = try #require(checkpoints.first)
            let size = try #require(first.split(separator: "\n").dropFirst().first.flatMap { Int64($0) })
            let later = try #require(try await store.checkpointSize(covering: position + 1))
            let proof = try await store.prover.consistency(from: size, to: later)
            let hash = try #require(proof.hashes.last).base64
            try await browser.order([
                "tamper": .array([.string("/console/consistency"), .string(hash), .string("A" + hash.dropFirst())])
            ])
            try await browser.order(page)
            let verdict = try await Self.check(browser, key, checkpoint: first)
            #expect(verdict.hasPrefix("verdict bad") && verdict.contains("another history"), "\(verdict)")
        }
    }

    @Test func aCheckpointFromBeforeARotationIsCheckedByTheKeyOfThen() async throws {
        try await Self.open { served, browser, base in
            let store = served.system.store
            let checkpoint = try #require(try await store.prover.newestCheckpoint())
            let (old, new) = try await store.rotateKey(actor: "operator", reason: nil)
            let command = RegisterUser(userID: "newcomer", kind: .person)
            let outcome = try await served.system.tokens.register(command, CommandContext(actor: .operator))
            let position = try #require(outcome.receipt?.events.first?.position)
            try await served.settle()
            let page: JSONObject = ["go": .string(base + "/console/history/\(position)")]
            let both = "\(old.verifier)\n\(new.verifier)"
            for keys in [both, "\n\(new.verifier) \r\n\n \(old.verifier)\n"] {
                try await browser.order(page)
                let verdict = try await Self.check(browser, keys, checkpoint: checkpoint)
                #expect(verdict.hasPrefix("verdict good") && verdict.contains("goes on from"), "\(verdict)")
                #expect(verdict.contains("\(old.name)+\(old.id) signed your checkpoint"), "\(verdict)")
                #expect(verdict.contains("\(new.name)+\(new.id) signed that root"), "\(verdict)")
            }
            for key in [old, new] {
                try await browser.order(page)
                let verdict = try await Self.check(browser, key.verifier, checkpoint: checkpoint)
                #expect(verdict.hasPrefix("verdict bad") && verdict.contains("not by"), "\(verdict)")
            }
            // Another's signature holds; the one that names a key which is known is not that key's.
            let signature = try #require(Hex.decode(new.id)) + [UInt8](repeating: 0, count: 64)
            let forged = checkpoint + "— \(new.name) \(Base64.encode(signature))\n"
            try await browser.order(page)
            let verdict = try await Self.check(browser, both, checkpoint: forged)
            #expect(verdict.hasPrefix("verdict bad"), "\(verdict)")
            #expect(verdict.contains("is not that of \(new.name)+\(new.id)"), "\(verdict)")
            #expect(browser.complaints.isEmpty, "\(browser.complaints)")
        }
    }

    @Test func aStretchOfTimeIsDraggedOutOfTheOverview() async throws {
        try await Self.open { served, browser, base in
            try await browser.order(["go": .string(base + "/console/history")])
            try await browser.until("document.querySelector('#lines .line')")
            #expect(try await browser.run("document.querySelector('#overview') === null")?.bool == true)
            try await browser.run("document.querySelector('#overview-place summary').click()")
            try await browser.until("document.querySelector('#overview .chart a')")
            try await browser.run(
                """
                const chart = document.querySelector('#overview .chart svg');
                const bars = [...chart.querySelectorAll('a')];
                chart.setPointerCapture = () => {};
                const at = (bar, kind) => {
                    const { left, top, width } = bar.getBoundingClientRect();
                    const how = { bubbles: true, cancelable: true, button: 0, clientX: left + width / 2, clientY: top + 5 };
                    bar.dispatchEvent(new PointerEvent(kind, how));
                };
                at(bars.at(-1), 'pointerdown');
                at(bars[0], 'pointermove');
                at(bars[0], 'pointerup');
                """
            )
            try await browser.until("location.search.includes('from=') && document.readyState === 'complete'")
            let search = try await browser.run("location.search")?.string ?? ""
            #expect(search.contains("from=20") && search.contains("to=20"), "\(search)")
            #expect(try await browser.run("document.querySelectorAll('.line').length")?.int64 ?? 0 > 0)
            #expect(browser.complaints.isEmpty, "\(browser.complaints)")
        }
    }

    @Test func theSystemIsShownAsItIsWithoutBeingAskedForAgain() async throws {
        try await Self.open { _, browser, base in
            try await browser.order(["go": .string(base + "/console/system")])
            let uptime = "document.querySelector('.lead').textContent"
            let first = try #require(try await browser.run(uptime)?.string)
            var text = JSONWriter()
            text.value(first)
            try await browser.until("\(uptime) !== \(text.text)")
            // What somebody looks at stays.
            try await browser.run("document.querySelector('.wide').focus()")
            let second = try #require(try await browser.run(uptime)?.string)
            try await Task.sleep(for: .seconds(6))
            #expect(try await browser.run(uptime)?.string == second)
            #expect(browser.complaints.isEmpty, "\(browser.complaints)")
        }
    }

    @Test func theSystemIsShownAndEveryPageFitsANarrowScreen() async throws {
        try await Self.open { served, browser, base in
            let review = try await served.system.access.openReview(branchID: "institution", Served.admin).id
            for path in [
                "/console/history", "/console/overview", "/console/history/2", "/console/inbox",
                "/console/inbox/preferences",
                "/console/exports", "/console/exports/new?report=fees-by-branch", "/console/backups",
                "/console/backups/restore", "/console/backups/schedules", "/console/system",
                "/console/compare?from=0&to=150",
                "/console/access", "/console/access/people/admin?branch=institution", "/console/access/roles",
                "/console/access/roles/admin", "/console/access/inheritance", "/console/access/ending",
                "/console/access/who?permission=rbac.roles:read", "/console/access/what?user=admin",
                "/console/access/why?user=admin&permission=rbac.roles:read", "/console/access/reviews",
                "/console/access/reviews/\(review)", "/console/sign-in",
            ] {
                try await browser.order(["go": .string(base + path)])
                for width in [320, 360, 1_280] {
                    let how: JSONObject = [
                        "width": .number(JSONNumber(Int64(width))), "height": 800, "file": "/dev/null",
                    ]
                    try await browser.order(["look": .object(how)])
                    let overhang = try await browser.run("document.documentElement.scrollWidth - innerWidth")?.int64
                    #expect(overhang ?? 1 <= 0, "\(path) at \(width)")
                    // From right to left it fits as well.
                    try await browser.run("document.documentElement.dir = 'rtl'")
                    let other = try await browser.run("document.documentElement.scrollWidth - innerWidth")?.int64
                    #expect(other ?? 1 <= 0, "\(path) at \(width), from right to left")
                    try await browser.run("document.documentElement.dir = 'ltr'")
                }
            }
            #expect(browser.complaints.isEmpty, "\(browser.complaints)")
        }
    }

    @Test func byKeyboardAloneIntoThePastOverItsPagesAndBackToNow() async throws {
        try await Self.open { served, browser, base in
            let assign = AssignRole(userID: "ada", roleID: "teacher", branch: "north")
            let outcome = try await served.system.access.assignRoleToUser(assign, Served.admin)
            let position = try #require(outcome.receipt?.events.last?.position)
            try await served.settle()
            try await browser.order(["go": .string("\(base)/console/history/\(position)")])
            try await browser.tab(to: ".around button")
            try await browser.press("Enter")
            try await browser.until("document.querySelector('.past') && document.querySelector('main .notice')")
            try await browser.tab(to: "nav a[href=\\'/console/access\\']")
            try await browser.press("Enter")
            try await browser.until("location.pathname === '/console/access' && document.querySelector('.past')")
            #expect(try await browser.run("document.body.innerText.includes('ada')")?.bool == false)
            try await browser.tab(to: ".past button")
            try await browser.press("Enter")
            try await browser.until("!document.querySelector('.past') && document.body.innerText.includes('ada')")
            // By the form that stands on every page, too.
            try await browser.tab(to: ".when summary")
            try await browser.press("Enter")
            try await browser.tab(to: "#when-position")
            try await browser.order(["type": .string(String(position - 1))])
            try await browser.press("Enter")
            try await browser.until("document.querySelector('.past')")
            #expect(try await browser.run("document.body.innerText.includes('ada')")?.bool == false)
            // What scrolls can be reached, and every field has a name.
            for path in ["/console/access/roles", "/console/access/inheritance", "/console/compare?from=0"] {
                try await browser.order(["go": .string(base + path)])
                let nameless = try await browser.run(
                    """
                    [...document.querySelectorAll('input:not([type=hidden]), button, [role=region], nav, a')].filter(one =>
                        !one.closest('[aria-hidden]') && !(one.ariaLabel || one.getAttribute('aria-labelledby')
                        || (one.labels && one.labels.length) || one.textContent.trim())).length
                    """
                )
                #expect(nameless?.int64 == 0, "\(path)")
                try await browser.tab(to: "main [role=region], main a")
            }
            #expect(browser.complaints.isEmpty, "\(browser.complaints)")
        }
    }
}
