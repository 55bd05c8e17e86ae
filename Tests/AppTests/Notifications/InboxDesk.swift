import Access
import JSON
import Testing

@testable import HTTPAPI

/// A running Daybook with two people, and somebody who may send.
struct InboxDesk: Sendable {
    let served: Served
    let sender: String
    let ann: String
    let ben: String

    static func open(_ body: @escaping @Sendable (InboxDesk) async throws -> Void) async throws {
        try await open(with: [:], body)
    }

    /// Where pages of another origin may connect by tokens of theirs.
    static func openListing(
        origin: String,
        _ body: @escaping @Sendable (InboxDesk) async throws -> Void
    ) async throws {
        try await open(with: ["DAYBOOK_WEB_ORIGINS": origin], body)
    }

    private static func open(
        with environment: [String: String],
        _ body: @escaping @Sendable (InboxDesk) async throws -> Void
    ) async throws {
        try await Served.open(with: environment) { served in
            let sender = try await served.token(of: "sender")
            try await served.grant(["notifications:send"], to: "sender", in: "institution", role: "sender")
            let (ann, ben) = (try await served.token(of: "ann"), try await served.token(of: "ben"))
            try await body(InboxDesk(served: served, sender: sender, ann: ann, ben: ben))
        }
    }

    /// Sends a notification, and gives its id.
    @discardableResult
    func send(_ title: String, to user: String = "ann", message: String = "") async throws -> String {
        let body = #"{"userId":"\#(user)","title":"\#(title)","message":"\#(message)"}"#
        let sent = try await served.send(Sending(.post, "/notifications/send", body), token: sender)
        return try #require(sent.json?["notificationId"]?.string, "\(sent)")
    }

    /// Where the log ends.
    func head() async throws -> Int64 { try await served.system.store.head().size - 1 }

    func anotherToken(of user: String) async throws -> String {
        try await served.system.tokens.issue(to: user, CommandContext(actor: .operator)).secret
    }

    func revoke(_ token: String) async throws {
        let id = try #require(APIToken(token)).id
        _ = try await served.system.tokens.revoke(id, CommandContext(actor: .operator))
    }

    // MARK: Clients that were not written here

    /// A WebSocket by Python's `websockets`, open.
    func socket(
        _ token: String,
        after position: Int64? = nil,
        signIn: String = "header",
        at replica: Served? = nil
    ) async throws -> Conversation {
        let place = position.map { "?after=\($0)" } ?? ""
        let address = "ws://127.0.0.1:\((replica ?? served).port)/notifications/socket\(place)"
        let socket = try Conversation(python: "inbox.py", address, token, signIn)
        try await socket.until(line: "open")
        return socket
    }

    /// What a WebSocket is told that is not to open.
    func refusal(_ token: String) async throws -> [String] {
        try await Conversation(python: "inbox.py", "ws://127.0.0.1:\(served.port)/notifications/socket", token).all()
    }

    /// A stream of server-sent events by curl.
    func stream(_ token: String, lastEvent: Int64? = nil) throws -> Conversation {
        let last = lastEvent.map { ["--header", "Last-Event-ID: \($0)"] } ?? []
        return try Conversation(
            ["/usr/bin/curl", "--silent", "--no-buffer", "--max-time", "100"] + last
                + [
                    "--header", "Authorization: Bearer \(token)", "--write-out", "\\nended %{http_code}\\n",
                    "http://127.0.0.1:\(served.port)/notifications/stream",
                ]
        )
    }
}

extension Conversation {
    func untilClosed(_ code: Int) async throws {
        try await until { lines in lines.contains { $0.hasPrefix("closed \(code)") } }
    }

    /// The titles of the notifications that came by WebSocket.
    var titles: [String] { messages.flatMap { $0.titles } }
    /// How many were unread with the last update.
    var unread: Int64? { messages.last { $0["unread"] != nil }?["unread"]?.int64 }
}

extension JSONValue {
    var titles: [String] { (self["items"]?.array ?? []).compactMap { $0["title"]?.string } }
}
