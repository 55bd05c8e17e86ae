import JSON
import TestSupport
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

    @Test func aUserHasTwentyStreamsAndPollsOpenAndTakesNobodyElsesPlace() async throws {
        try await InboxDesk.open { desk in
            let head = try await desk.head()
            func poll(_ token: String) async throws -> Answer {
                try await desk.served.send(Sending(.get, "/notifications/poll?after=\(head)&wait=0"), token: token)
            }
            var streams: [Conversation] = []
            for _ in 0..<20 { streams.append(try desk.stream(desk.ann)) }
            for stream in streams { try await stream.until { $0.contains { $0.contains(#""unread":0"#) } } }
            #expect(try await desk.stream(desk.ann).all().last == "ended 429")
            #expect(try await poll(desk.ann).problem == "too-many-lasting")
            #expect(try await poll(desk.ben).status == 200)
            let other = try desk.stream(desk.ben)
            try await other.until { $0.contains { $0.contains(#""unread":0"#) } }
            // Whoever ends one has room for another, as soon as it is known.
            streams[0].end()
            let hasRoom = try await eventually { try await poll(desk.ann).status == 200 }
            #expect(hasRoom)
            for stream in streams + [other] { stream.end() }
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
