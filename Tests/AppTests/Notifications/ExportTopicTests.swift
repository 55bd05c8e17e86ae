import JSON
import Testing

/// How exports get on, on the WebSocket of the inbox of their owner.
@Suite struct ExportTopicTests {
    private static func ask(_ desk: InboxDesk, _ token: String, _ report: String = "people.students") async throws
        -> String
    {
        let sent = try await desk.served.send(
            Sending(.post, "/exports/csv", #"{"report":"\#(report)"}"#),
            token: token
        )
        return try #require(sent.json?["exportIds"]?.array?.first?.string, "\(sent)")
    }

    private static func states(_ socket: Conversation, _ id: String) -> [String] {
        socket.messages.filter { $0["type"]?.string == "exports" && $0["exportId"]?.string == id }
            .compactMap { $0["state"]?.string }
    }

    @Test func whoeverFollowsTheTopicHearsHowTheirExportsGetOnFromWhicheverServerMakesThem() async throws {
        try await InboxDesk.open { desk in
            for (user, role) in [("ann", "a"), ("ben", "b")] {
                try await desk.served.grant(
                    ["exports:create", "institution.students:read"],
                    to: user,
                    in: "institution",
                    role: role
                )
            }
            try await desk.served.openReplica { replica in
                let here = try await desk.socket(desk.ann)
                let there = try await desk.socket(desk.ann, at: replica)
                let deaf = try await desk.socket(desk.ann)
                let ben = try await desk.socket(desk.ben)
                for socket in [here, there, ben] {
                    try socket.say(#"{"type":"follow","topic":"exports","id":"t"}"#)
                    try await socket.message { $0["type"]?.string == "done" && $0["id"]?.string == "t" }
                }
                try here.say(#"{"type":"follow","topic":"weather","id":"w"}"#)
                try await here.message { $0["id"]?.string == "w" && $0["problem"]?["status"]?.int64 == 400 }
                let id = try await Self.ask(desk, desk.ann)
                for socket in [here, there] {
                    try await socket.until { _ in Self.states(socket, id).last == "completed" }
                    #expect(Self.states(socket, id) == ["queued", "running", "completed"])
                }
                let last = try #require(here.messages.last { $0["type"]?.string == "exports" })
                #expect(last["percent"] == 100 && last["rows"] == 0)
                // Others' exports are not told of, nor is anything where nobody asked for it.
                let own = try await Self.ask(desk, desk.ben)
                try await ben.until { _ in Self.states(ben, own).last == "completed" }
                #expect(Self.states(ben, id).isEmpty && Self.states(here, own).isEmpty)
                #expect(Self.states(deaf, id).isEmpty)
            }
        }
    }

    @Test func whoseTokenWasRevokedHearsNothingMore() async throws {
        try await InboxDesk.open { desk in
            try await desk.served.grant(
                ["exports:create", "institution.students:read"],
                to: "ann",
                in: "institution",
                role: "a"
            )
            let socket = try await desk.socket(desk.ann)
            try socket.say(#"{"type":"follow","topic":"exports","id":"t"}"#)
            try await socket.message { $0["id"]?.string == "t" }
            let other = try await desk.anotherToken(of: "ann")
            try await desk.revoke(desk.ann)
            let id = try await Self.ask(desk, other)
            try await socket.untilClosed(4401)
            #expect(Self.states(socket, id).isEmpty)
        }
    }
}
