import Foundation
import JSON
import OpenSSL
import Testing

/// The inbox in a browser: Chromium, without a window.
@Suite struct BrowserTests {
    /// Lends a desk, and a directory for a browser's profile.
    private static func open(_ body: @escaping @Sendable (InboxDesk, String) async throws -> Void) async throws {
        let profile = "\(FileManager.default.temporaryDirectory.path)/daybook-browser-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: profile) }
        try await InboxDesk.open { try await body($0, profile) }
    }

    /// Opens the WebSocket as a page does, which can send no header of its own.
    private static func socket(_ desk: InboxDesk, _ profile: String, page: String) throws -> Conversation {
        let bearer = "daybook.bearer." + Base64.encode(Array(desk.ann.utf8), .urlSafe)
        let script = """
            const socket = new WebSocket("ws://127.0.0.1:\(desk.served.port)/notifications/socket",
                ["daybook.notifications.v1", "\(bearer)"]);
            socket.onopen = () => {
                console.log("open " + socket.protocol + " " + socket.extensions);
                socket.send('{"type":"follow"}');
            };
            socket.onmessage = (event) => console.log(event.data);
            socket.onclose = (event) => console.log("closed " + event.code);
            """
        return try Conversation(python: "run_in_page.py", profile, page, script)
    }

    @Test func aPageOfTheServerHearsWhatArrivesAndMarksItAsRead() async throws {
        try await Self.open { desk, profile in
            let page = try Self.socket(desk, profile, page: "http://127.0.0.1:\(desk.served.port)/livez")
            defer { page.end() }
            try await page.until { lines in lines.contains { $0.hasPrefix("open daybook.notifications.v1") } }
            try await page.message { $0["unread"]?.int64 == 0 }
            let id = try await desk.send("Grüße, 世界")
            try await page.message { $0["unread"]?.int64 == 1 }
            #expect(page.titles == ["Grüße, 世界"])
            let mark = #"{"type":"mark","id":"m","change":"read","notificationIds":["\#(id)"]}"#
            try page.say("socket.send('\(mark)')")
            try await page.message { $0["type"]?.string == "done" && $0["id"]?.string == "m" }
            try await page.message { $0["unread"]?.int64 == 0 }
            try page.say("socket.close(1000)")
            try await page.untilClosed(1000)
        }
    }

    @Test func aPageFromElsewhereOpensNoneWhateverTokenItHas() async throws {
        try await Self.open { desk, profile in
            // The same machine by another name is another origin.
            let page = try Self.socket(desk, profile, page: "http://localhost:\(desk.served.port)/livez")
            defer { page.end() }
            try await page.untilClosed(1006)
            #expect(!page.lines.contains { $0.hasPrefix("open") })
        }
    }

    @Test func aPageThatCannotUseSocketsHearsTheSameByAStream() async throws {
        try await Self.open { desk, profile in
            let script = """
                (async () => {
                    const answer = await fetch("/notifications/stream", {headers: {Authorization: "Bearer \(desk.ann)"}});
                    console.log("status " + answer.status);
                    const text = answer.body.pipeThrough(new TextDecoderStream()).getReader();
                    for (;;) {
                        const {value, done} = await text.read();
                        if (done) break;
                        for (const line of value.split("\\n")) console.log(line);
                    }
                })();
                """
            let page = try Conversation(
                python: "run_in_page.py",
                profile,
                "http://127.0.0.1:\(desk.served.port)/livez",
                script
            )
            defer { page.end() }
            try await page.until(line: "status 200")
            try await desk.send("by stream")
            try await page.until { lines in lines.contains { $0.contains("by stream") } }
        }
    }
}
