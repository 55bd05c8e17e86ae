import EventStore
import Events
import Testing
import Time

@testable import Notifications

/// What people do with what they were told.
struct InboxTests {
    private static func send(_ titles: String..., to user: String = "a", in office: PostOffice) async throws -> [String]
    {
        var ids: [String] = []
        for title in titles {
            let draft = NotificationDraft(title: title, text: "")
            ids.append(try await office.service.send(draft, to: .users([user]), by: PostOffice.actor).id)
        }
        return ids
    }

    @Test func markedOnesCountNoMoreAndCanBeTakenBack() async throws {
        try await PostOffice.open { office in
            try await office.register("a")
            let ids = try await Self.send("one", "two", "three", "four", in: office)
            let actor = Author(id: "a")
            _ = try await office.service.mark([ids[0]], .read, for: "a", by: actor)
            _ = try await office.service.mark([ids[1]], .archived, for: "a", by: actor)
            _ = try await office.service.mark([ids[2]], .deleted, for: "a", by: actor)
            #expect(try await office.unread("a") == 1)
            #expect(try await office.inbox("a").map(\.title) == ["four", "one"])
            #expect(try await office.inbox("a", InboxQuery(.read)).map(\.title) == ["one"])
            #expect(try await office.inbox("a", InboxQuery(.unread)).map(\.title) == ["four"])
            #expect(try await office.inbox("a", InboxQuery(.archived)).map(\.title) == ["two"])
            _ = try await office.service.mark([ids[0]], .unread, for: "a", by: actor)
            _ = try await office.service.mark([ids[1]], .unarchived, for: "a", by: actor)
            #expect(try await office.unread("a") == 3)
        }
    }

    @Test func readAllReadsWhatWasThereAndNotWhatComesAfter() async throws {
        try await PostOffice.open { office in
            try await office.register("a", "b")
            _ = try await Self.send("one", "two", in: office)
            _ = try await Self.send("theirs", to: "b", in: office)
            _ = try await office.service.markAllAsRead("a", by: Author(id: "a"))
            _ = try await Self.send("three", in: office)
            #expect(try await office.inbox("a", InboxQuery(.unread)).map(\.title) == ["three"])
            #expect(try await office.unread("b") == 1)
        }
    }

    @Test func nobodyMarksWhatIsNotInTheirInbox() async throws {
        try await PostOffice.open { office in
            try await office.register("a", "b")
            let mine = try await Self.send("mine", in: office)
            let theirs = try await Self.send("theirs", to: "b", in: office)
            let before = try await office.log.store.head().size
            let error = await #expect(throws: NotificationError.self) {
                _ = try await office.service.mark(mine + theirs, .read, for: "a", by: Author(id: "a"))
            }
            #expect(error?.code == .notFound)
            #expect(try await office.log.store.head().size == before)
            await #expect(throws: NotificationError.self) {
                _ = try await office.service.trackNotificationDelivery(
                    theirs,
                    to: "a",
                    by: .inApp,
                    by: Author(id: "a")
                )
            }
        }
    }

    @Test func anInboxIsAnsweredAsItWasAtAMoment() async throws {
        try await PostOffice.open { office in
            try await office.register("a")
            let ids = try await Self.send("one", "two", in: office)
            let size = try await office.log.store.head().size
            _ = try await office.service.mark([ids[0]], .read, for: "a", by: Author(id: "a"))
            _ = try await Self.send("three", in: office)
            let then = try await office.service.getUserNotifications("a", InboxQuery(.unread), at: .size(size))
            #expect(then.value.map(\.title) == ["two", "one"])
            #expect(then.size == size)
            #expect(try await office.service.getUnreadCount("a", at: .position(size - 1)).value == ["announcement": 2])
            await #expect(throws: NotificationError.self) {
                _ = try await office.service.getUnreadCount("a", at: .size(size + 1_000))
            }
        }
    }

    @Test func pagesByOffsetAndByPositionShowEveryOneOnce() async throws {
        try await PostOffice.open { office in
            try await office.register("a")
            let titles = (0..<7).map { "n\($0)" }
            for title in titles { _ = try await Self.send(title, in: office) }
            var byOffset: [String?] = []
            for offset in stride(from: 0, to: 9, by: 3) {
                byOffset += try await office.inbox("a", InboxQuery(offset: offset, limit: 3)).map(\.title)
            }
            #expect(byOffset == titles.reversed())
            var byPosition: [String?] = []
            var below = Int64.max
            while true {
                let page = try await office.inbox("a", InboxQuery(below: below, limit: 2))
                guard let last = page.last else { break }
                byPosition += page.map(\.title)
                below = last.position
            }
            #expect(byPosition == titles.reversed())
        }
    }

    @Test func whatIsErasedIsInTheInboxWithoutItsWords() async throws {
        try await PostOffice.open { office in
            try await office.register("a")
            let ids = try await Self.send("secret", in: office)
            _ = try await office.log.store.erasePersonal(of: "a", reason: "asked", actor: "operator")
            let items = try await office.inbox("a")
            #expect(items.map(\.id) == ids)
            #expect(items.allSatisfy { $0.title == nil && $0.text == nil })
        }
    }
}
