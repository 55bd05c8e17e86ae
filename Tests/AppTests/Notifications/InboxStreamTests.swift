import Testing

@testable import HTTPAPI
@testable import Notifications

/// What a stream of server-sent events says, and when it says nothing more.
struct InboxStreamTests {
    private struct Away: Error {}

    private static let update = InboxUpdate(items: [], unread: 3, through: 40)
    private static let heartbeat: InboxUpdate = {
        var update = InboxUpdate(items: [], unread: nil, through: -1)
        update.isHeartbeat = true
        return update
    }()

    @Test func whatChangedIsToldWithThePlaceToGoOnFrom() async {
        var stream = InboxStream(after: 7) { true }
        let saying = await stream.say(Self.update)
        #expect(saying.text.hasPrefix("id: 40\nevent: notifications\ndata: {") && !saying.isLast)
        #expect(await stream.say(Self.heartbeat) == .init(text: ": alive\n\n"))
    }

    @Test func whoMayHearNothingMoreIsToldNothing() async {
        var stream = InboxStream(after: 7) { false }
        #expect(await stream.say(Self.update) == .init(text: "", isLast: true))
        #expect(await stream.say(Self.heartbeat) == .init(text: "", isLast: true))
    }

    @Test func whereThatCannotBeFoundOutTheStreamEndsWithThePlaceToComeBackTo() async {
        var isAway = false
        var stream = InboxStream(after: 7) {
            if isAway { throw Away() }
            return true
        }
        isAway = true
        #expect(
            await stream.say(Self.update)
                == .init(text: "id: 7\nretry: 5000\nevent: end\ndata: {\"next\":7}\n\n", isLast: true)
        )
        // A sign of life tells nothing: an outage does not have everybody come back.
        #expect(await stream.say(Self.heartbeat) == .init(text: ": alive\n\n"))
        isAway = false
        _ = await stream.say(Self.update)
        isAway = true
        let last = await stream.say(InboxUpdate(items: [], unread: 4, through: 977))
        #expect(last.isLast && last.text.hasPrefix("id: 40\n") && !last.text.contains("977"))
        var new = InboxStream(after: nil) { throw Away() }
        #expect(await new.say(Self.update).text == "retry: 5000\nevent: end\ndata: {}\n\n")
    }
}
