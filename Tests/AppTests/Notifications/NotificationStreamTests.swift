import JSON
import Testing

/// Server-sent events of an inbox, by curl.
@Suite struct NotificationStreamTests {
    /// What came with `data:`.
    private static func titles(_ stream: Conversation) -> [String] {
        stream.lines.filter { $0.hasPrefix("data: ") }.flatMap { line in
            (try? JSONValue(parsing: String(line.dropFirst(6))))?.titles ?? []
        }
    }

    private static func lastID(_ stream: Conversation) -> Int64? {
        stream.lines.last { $0.hasPrefix("id: ") }.flatMap { Int64($0.dropFirst(4)) }
    }

    @Test func whatArrivesComesAsEventsAndWhoComesBackByTheLastOfThemMissesNothing() async throws {
        try await InboxDesk.open { desk in
            let stream = try desk.stream(desk.ann)
            try await stream.until { $0.contains { $0.contains(#""unread":0"#) } }
            try await desk.send("one")
            try await stream.until { _ in Self.titles(stream) == ["one"] }
            #expect(stream.lines.contains("event: notifications"))
            let last = try #require(Self.lastID(stream))
            stream.end()
            try await desk.send("two")
            try await desk.send("three")
            let again = try desk.stream(desk.ann, lastEvent: last)
            try await again.until { _ in Self.titles(again).count >= 2 }
            try await desk.send("four")
            try await again.until { _ in Self.titles(again).count >= 3 }
            #expect(Self.titles(again) == ["two", "three", "four"])
        }
    }

    @Test func aStreamEndsWhenItsTokenIsRevokedAndTellsNothingOfWhatCameAfter() async throws {
        try await InboxDesk.open { desk in
            let stream = try desk.stream(desk.ann)
            try await stream.until { $0.contains { $0.contains(#""unread":0"#) } }
            try await desk.revoke(desk.ann)
            try await desk.send("secret")
            let said = try await stream.all()
            #expect(said.last == "ended 200", "\(said)")
            #expect(Self.titles(stream).isEmpty)
            #expect(try await desk.stream(desk.ann).all().last == "ended 401")
        }
    }
}
