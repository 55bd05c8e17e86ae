import Access
import EventStore
import Events
import JSON
import Synchronization
import TestSupport
import Testing
import Time

@testable import Notifications

/// Programs that are connected hear what changes, once and in order.
struct LiveTests {
    /// A program that keeps what it hears.
    private final class Program: Sendable {
        private struct Gone: Error {}
        private let state = Mutex<(titles: [String], unread: Int64, through: Int64, rest: Int)>(([], -1, -1, .max))

        var titles: [String] { state.withLock { $0.titles } }
        var unread: Int64 { state.withLock { $0.unread } }
        var through: Int64 { state.withLock { $0.through } }

        /// Listens until it has heard `most` more updates, or is cancelled.
        func listen(_ office: PostOffice, _ user: String, after: Int64?, most: Int = .max) async {
            state.withLock { $0.rest = most }
            try? await office.service.followInbox(of: user, after: after) { update in
                try state.withLock { state in
                    guard !update.isHeartbeat else { return }
                    state.titles += update.items.compactMap(\.title)
                    state.unread = update.unread ?? state.unread
                    state.through = update.through
                    state.rest -= 1
                    if state.rest <= 0 { throw Gone() }
                }
            }
        }
    }

    private static func send(_ title: String, to user: String = "a", _ office: PostOffice) async throws -> String {
        let draft = NotificationDraft(title: title, text: "")
        return try await office.service.send(draft, to: .users([user]), by: PostOffice.actor).id
    }

    private static func until(_ condition: () async throws -> Bool) async throws {
        if try await !eventually(condition) { Issue.record("It did not come to that.") }
    }

    /// An office whose hub follows.
    private static func open(_ body: @escaping @Sendable (PostOffice) async throws -> Void) async throws {
        try await PostOffice.open { office in
            try await office.register("a", "b")
            let hub = Task { try await office.service.hub.run() }
            let result: Result<Void, any Error>
            do { result = .success(try await body(office)) } catch { result = .failure(error) }
            hub.cancel()
            _ = await hub.result
            try result.get()
        }
    }

    @Test func whatArrivesIsHeardByEveryProgramOfItsRecipientAndNobodyElse() async throws {
        try await Self.open { office in
            let programs = [Program(), Program(), Program()]
            let tasks = zip(programs, ["a", "a", "b"]).map { program, user in
                Task { await program.listen(office, user, after: nil) }
            }
            try await Self.until { programs.allSatisfy { $0.unread == 0 } }
            let id = try await Self.send("one", office)
            try await Self.until { programs[0].titles == ["one"] && programs[1].titles == ["one"] }
            try await Self.until { programs[0].unread == 1 && programs[1].unread == 1 }
            // Read on one of them, it is read on the other.
            _ = try await office.service.mark([id], .read, for: "a", by: Author(id: "a"))
            try await Self.until { programs[1].unread == 0 }
            #expect(programs[2].titles.isEmpty)
            for task in tasks { task.cancel() }
            for task in tasks { await task.value }
            #expect(office.service.hub.listeners == 0)
        }
    }

    @Test func whoComesBackHearsWhatWasMissedOnceAndInOrder() async throws {
        try await Self.open { office in
            let program = Program()
            let first = Task { await program.listen(office, "a", after: nil) }
            try await Self.until { program.unread == 0 }
            _ = try await Self.send("one", office)
            try await Self.until { program.titles == ["one"] }
            first.cancel()
            await first.value
            for number in 2...5 { _ = try await Self.send("\(number)", office) }
            let second = Task { await program.listen(office, "a", after: program.through) }
            try await Self.until { program.titles.count >= 5 }
            _ = try await Self.send("six", office)
            try await Self.until { program.titles.count >= 6 }
            #expect(program.titles == ["one", "2", "3", "4", "5", "six"])
            second.cancel()
            await second.value
        }
    }

    @Test func aProgramThatComesAndGoesUnderLoadMissesNothingAndHearsNothingTwice() async throws {
        try await Self.open { office in
            let count = 120
            let program = Program()
            let sending = Task {
                for number in 0..<count { _ = try await Self.send("\(number)", office) }
            }
            let deadline = ContinuousClock.now + .seconds(60)
            // From the beginning, and then from wherever it was.
            var after: Int64 = 0
            while program.titles.count < count, ContinuousClock.now < deadline {
                let stay = Int.random(in: 1...6)
                let task = Task { [after] in await program.listen(office, "a", after: after, most: stay) }
                try? await Task.sleep(for: .milliseconds(Int.random(in: 1...60)))
                task.cancel()
                await task.value
                after = max(after, program.through)
            }
            try await sending.value
            #expect(program.titles == (0..<count).map(String.init))
        }
    }

    @Test func whoPollsIsAnsweredWhenSomethingArrivesAndElseWhenTheTimeIsUp() async throws {
        try await Self.open { office in
            let start = try await office.log.store.head().size - 1
            let empty = try await office.service.pollInbox(of: "a", after: start, patience: .milliseconds(50))
            #expect(empty.items.isEmpty)
            let waiting = Task {
                try await office.service.pollInbox(of: "a", after: empty.through, patience: .seconds(50))
            }
            try await Task.sleep(for: .milliseconds(50))
            let began = ContinuousClock.now
            _ = try await Self.send("one", office)
            let update = try await waiting.value
            #expect(update.items.map(\.title) == ["one"])
            #expect(ContinuousClock.now - began < .seconds(20))
            let next = try await office.service.pollInbox(of: "a", after: update.through, patience: .zero)
            #expect(next.items.isEmpty && next.unread == 1)
            // That it was read is news, too.
            let marking = Task {
                try await office.service.pollInbox(of: "a", after: update.through, patience: .seconds(50))
            }
            try await Task.sleep(for: .milliseconds(50))
            _ = try await office.service.mark([update.items[0].id], .read, for: "a", by: PostOffice.actor)
            #expect(try await marking.value.unread == 0)
            #expect(ContinuousClock.now - began < .seconds(20))
        }
    }

    @Test func whoIsSlowReadsAnewAndMissesNothing() async throws {
        try await Self.open { office in
            let heard = Mutex<[String]>([])
            let unread = Mutex<Int64>(0)
            let gate = Mutex(true)
            let task = Task {
                try await office.service.followInbox(of: "a", after: nil) { update in
                    while gate.withLock({ $0 }), heard.withLock({ !$0.isEmpty }) {
                        try await Task.sleep(for: .milliseconds(5))
                    }
                    heard.withLock { $0 += update.items.compactMap(\.title) }
                    if let count = update.unread { unread.withLock { $0 = count } }
                }
            }
            try await Self.until { office.service.hub.listeners == 1 }
            // More than wait for a program at most.
            for number in 0..<90 { _ = try await Self.send("\(number)", office) }
            gate.withLock { $0 = false }
            try await Self.until { heard.withLock { $0.count } >= 90 }
            #expect(heard.withLock { $0 } == (0..<90).map(String.init))
            // What waited from before is told no more: one who comes last counts.
            _ = try await Self.send("last", office)
            try await Self.until { heard.withLock { $0.count } >= 91 }
            try await Self.until { unread.withLock { $0 } == 91 }
            task.cancel()
            _ = await task.result
        }
    }

    @Test func whatIsRecordedWhileNobodyFollowsTheLogIsNotLost() async throws {
        try await PostOffice.open { office in
            try await office.register("a")
            let program = Program()
            let listening = Task { await program.listen(office, "a", after: nil) }
            let receiver = Receiver()
            let feed = office.service.feed(of: "a", to: receiver)
            #expect(try await feed.begin(after: nil))
            try await Self.until { program.unread == 0 }
            for number in 0..<3 { _ = try await Self.send("\(number)", office) }
            #expect(program.titles.isEmpty && receiver.titles.isEmpty)
            // It begins to follow after them.
            let hub = Task { try await office.service.hub.run() }
            try await Self.until { program.titles.count >= 3 && receiver.titles.count >= 3 }
            _ = try await Self.send("3", office)
            try await Self.until { program.titles.count >= 4 && receiver.titles.count >= 4 }
            #expect(program.titles == ["0", "1", "2", "3"] && receiver.titles == ["0", "1", "2", "3"])
            listening.cancel()
            await listening.value
            hub.cancel()
            _ = await hub.result
        }
    }

    @Test func programsThatComeBackTogetherEachHearAllThatTheyMissedThemselves() async throws {
        try await Self.open { office in
            // More than are read at once.
            let count = InboxCatchUp.page + 30
            let start = try await office.log.store.head().size - 1
            for number in 0..<count { _ = try await Self.send("\(number)", office) }
            _ = try await Self.send("other", to: "b", office)
            let all = try await office.inbox("a", InboxQuery(limit: count))
            // The place of the tenth from the beginning.
            let later = all[all.count - 10].position
            let wishes: [(String, Int64?)] = [("a", start), ("a", later), ("b", start), ("a", nil), ("b", 0)]
            let heard = try await withThrowingTaskGroup(of: (Int, [String]).self) { group in
                for (index, (user, after)) in wishes.enumerated() {
                    group.addTask {
                        let receiver = Receiver()
                        let feed = office.service.feed(of: user, to: receiver)
                        _ = try await feed.begin(after: after)
                        feed.end()
                        return (index, receiver.titles)
                    }
                }
                return try await group.reduce(into: [Int: [String]]()) { $0[$1.0] = $1.1 }
            }
            #expect(heard[0] == (0..<count).map(String.init))
            #expect(heard[1] == (10..<count).map(String.init))
            #expect(heard[2] == ["other"])
            #expect(heard[3] == [])
            #expect(heard[4] == ["other"])
        }
    }

    // MARK: Feeds

    /// Keeps what it is told; may be told to take no more.
    private final class Receiver: InboxReceiver {
        private struct Full: Error {}
        private let state = Mutex<(updates: [InboxUpdate], calls: [String], room: Int)>(([], [], .max))

        init(room: Int = .max) { state.withLock { $0.room = room } }

        var titles: [String] { state.withLock { $0.updates.flatMap(\.items).compactMap(\.title) } }
        var unread: Int64? { state.withLock { $0.updates.last { $0.unread != nil }?.unread } }
        var items: [InboxItem] { state.withLock { $0.updates.flatMap(\.items) } }
        var through: Int64? { state.withLock { $0.updates.last?.through } }
        var calls: [String] { state.withLock { $0.calls } }

        func offer(_ update: InboxUpdate) -> Bool { take(update, "offer") }

        private func take(_ update: InboxUpdate, _ call: String) -> Bool {
            state.withLock { state in
                guard state.room > 0 else { return false }
                state.room -= 1
                state.updates.append(update)
                state.calls.append(call)
                return true
            }
        }

        func send(_ update: InboxUpdate) async throws {
            // Something may come while it is written.
            await Task.yield()
            guard take(update, "send") else { throw Full() }
        }

        func beat() async {}
        func recheck() async { state.withLock { $0.calls.append("recheck") } }
        func fail(_ error: any Error) { state.withLock { $0.calls.append("fail") } }
        func finish() { state.withLock { $0.calls.append("finish") } }
    }

    @Test func aFeedTellsWhatWasMissedAndWhatComesOnceAndInOrderWheneverItBegins() async throws {
        try await Self.open { office in
            let count = 120
            let sending = Task {
                for number in 0..<count { _ = try await Self.send("\(number)", office) }
            }
            var titles: [String] = []
            var after: Int64 = 0
            let deadline = ContinuousClock.now + .seconds(60)
            while titles.count < count, ContinuousClock.now < deadline {
                let receiver = Receiver(room: Int.random(in: 1...12))
                let feed = office.service.feed(of: "a", to: receiver)
                _ = try? await feed.begin(after: after)
                try? await Task.sleep(for: .milliseconds(Int.random(in: 0...60)))
                feed.end()
                titles += receiver.titles
                // What was not taken does not count as told.
                #expect(feed.position == receiver.through)
                after = max(after, receiver.through ?? 0)
            }
            try await sending.value
            #expect(titles == (0..<count).map(String.init))
            #expect(office.service.hub.listeners == 0)
        }
    }

    @Test func whatIsToldFromTheLogIsWhatTheInboxHasOfIt() async throws {
        try await Self.open { office in
            let receiver = Receiver()
            let feed = office.service.feed(of: "a", to: receiver)
            #expect(try await feed.begin(after: nil))
            var draft = NotificationDraft(title: "All of it", text: "“Text” <b>as it is</b>")
            draft.category = .assignment
            draft.priority = .urgent
            draft.locale = "de"
            draft.link = "/courses/7"
            draft.image = "https://school.example/logo.png"
            draft.actions = [
                .init(actionID: "open", title: "Öffnen / “open”", link: "/courses/7"),
                .init(actionID: "no", title: "No"),
            ]
            draft.payload = ["number": .number(JSONNumber(7)), "deep": .object(["text": .string("é\n")])]
            draft.collapseKey = "k"
            draft.expiresAt = office.clock.now + .seconds(3_600)
            _ = try await office.service.send(draft, to: .users(["a", "b"]), by: PostOffice.actor)
            _ = try await Self.send("plain", office)
            try await Self.until { receiver.unread == 2 }
            #expect(receiver.items == (try await office.inbox("a").reversed()))
            feed.end()
        }
    }

    @Test func aPlaceTakesNewsOnceHoweverTheyCome() {
        var place = InboxPlace(10)
        #expect(
            place.hear(InboxUpdate(items: [], unread: 3, through: 8)) == InboxUpdate(items: [], unread: 3, through: 10)
        )
        #expect(place.hear(InboxUpdate(items: [], unread: 4, through: 8)) == nil)
        #expect(place.hear(InboxUpdate(items: [], unread: nil, through: 12)) == nil)
        place.read(InboxUpdate(items: [], unread: 5, through: 20))
        #expect(place.hear(InboxUpdate(items: [], unread: 4, through: 19)) == nil)
        #expect(
            place.hear(InboxUpdate(items: [], unread: 6, through: 21)) == InboxUpdate(items: [], unread: 6, through: 20)
        )
        #expect(place.last == 20)
        // Counted again where nothing came: told if it is another number, later.
        let now = Timestamp.now()
        #expect(place.hear(InboxUpdate(items: [], unread: 6, through: 21, countedAt: now)) == nil)
        #expect(place.hear(InboxUpdate(items: [], unread: 5, through: 21, countedAt: now))?.unread == 5)
        #expect(place.hear(InboxUpdate(items: [], unread: 4, through: 21, countedAt: now)) == nil)
    }

    @Test func howManyAreUnreadHidesNothingThatIsStillToBeTold() async throws {
        try await PostOffice.open { office in
            try await office.register("a")
            let receiver = Receiver()
            let feed = office.service.feed(of: "a", to: receiver)
            #expect(try await feed.begin(after: nil))
            _ = try await Self.send("one", office)
            let items = try await office.inbox("a")
            let end = try await office.log.store.head().size - 1
            // Counted up to the end of the log, of which nobody was told yet.
            feed.hear(InboxUpdate(items: [], unread: 1, through: end, countedAt: office.clock.now))
            #expect(receiver.unread == 1)
            // Who comes back after this misses nothing either.
            let place = try #require(receiver.through)
            let arrived = try #require(items.first?.position)
            #expect(place < arrived)
            feed.hear(InboxUpdate(items: items, unread: nil, through: end))
            #expect(receiver.titles == ["one"])
            #expect(receiver.through == end)
            feed.end()
        }
    }

    @Test func aFeedThatMayHaveMissedSomethingReadsItForItself() async throws {
        try await PostOffice.open { office in
            try await office.register("a")
            let receiver = Receiver()
            let feed = office.service.feed(of: "a", to: receiver)
            #expect(try await feed.begin(after: 0))
            for number in 0..<3 { _ = try await Self.send("\(number)", office) }
            feed.miss()
            feed.miss()
            try await Self.until { receiver.titles.count >= 3 }
            #expect(receiver.titles == ["0", "1", "2"] && receiver.unread == 3)
            #expect(try await !feed.begin(after: 0))
        }
    }

    @Test func aFeedThatCouldNotBeginIsBegunAgain() async throws {
        try await Self.open { office in
            _ = try await office.service.setNotificationPreferences("a", .init(), by: Author(id: "a"))
            try await office.service.reader.settle()
            let receiver = Receiver()
            let feed = office.service.feed(of: "a", to: receiver)
            // What it missed cannot be read just now.
            try await office.log.pool.execute("update notifications_v6.preferences set categories = '{'")
            await #expect(throws: (any Error).self) { _ = try await feed.begin(after: 0) }
            try await office.log.pool.execute("update notifications_v6.preferences set categories = null")
            #expect(try await feed.begin(after: 0))
            #expect(office.service.hub.listeners == 1)
            _ = try await Self.send("one", office)
            try await Self.until { receiver.titles == ["one"] }
            feed.end()
        }
    }

    @Test func aRevokedTokenIsLookedAtBeforeWhatWasRecordedAfterIt() async throws {
        try await Self.open { office in
            let tokens = try TokenService(office.access, pool: office.log.pool)
            let token = try await tokens.issue(to: "a", CommandContext(actor: .operator))
            let receiver = Receiver()
            let feed = office.service.feed(of: "a", to: receiver)
            #expect(try await feed.begin(after: nil))
            _ = try await tokens.revoke(token.id, CommandContext(actor: .operator))
            _ = try await Self.send("after", office)
            try await Self.until { receiver.titles == ["after"] }
            // What is read for the program, as when it begins, is asked about by whoever sends it; of what it is told unasked
            // nothing comes before it was looked at.
            try await Self.until { receiver.calls.contains("recheck") }
            #expect(receiver.calls.first == "send")
            #expect(receiver.calls.first { $0 != "send" } == "recheck")
            feed.end()
        }
    }

    @Test func whoIsToldNothingYetIsLookedAtToo() async throws {
        try await Self.open { office in
            let (told, idle) = (Receiver(), Receiver())
            let feeds = [told, idle].map { office.service.feed(of: "a", to: $0) }
            #expect(try await feeds[0].begin(after: nil))
            // Until the log is followed.
            _ = try await Self.send("one", office)
            try await Self.until { told.titles == ["one"] }
            let tokens = try TokenService(office.access, pool: office.log.pool)
            let token = try await tokens.issue(to: "a", CommandContext(actor: .operator))
            _ = try await tokens.revoke(token.id, CommandContext(actor: .operator))
            try await Self.until { idle.calls == ["recheck"] }
            for feed in feeds { feed.end() }
            #expect(office.service.hub.listeners == 0)
        }
    }

    @Test func whatIsNotWantedLiveIsInTheInboxAlone() async throws {
        try await Self.open { office in
            var wanted = NotificationPreferences()
            wanted.choices = [.init(.grade, .inApp, isWanted: false)]
            _ = try await office.service.setNotificationPreferences("a", wanted, by: Author(id: "a"))
            let start = try await office.log.store.head().size - 1
            func send(_ title: String, _ category: NotificationCategory) async throws -> String {
                let draft = NotificationDraft(category, title: title, text: "")
                return try await office.service.send(draft, to: .users(["a"]), by: PostOffice.actor).id
            }
            let receiver = Receiver()
            let feed = office.service.feed(of: "a", to: receiver)
            #expect(try await feed.begin(after: nil))
            let held = try await send("a grade", .grade)
            _ = try await send("a fee", .fee)
            try await Self.until { receiver.unread == 2 }
            #expect(receiver.titles == ["a fee"])
            #expect(try await office.inbox("a").map(\.title) == ["a fee", "a grade"])
            try await DeliveryDecider(office.service).decide()
            #expect(try await office.deliveries(of: held).contains("a in-app suppressed preference"))
            // Nor does who comes back hear of it, or who polls.
            let back = Receiver()
            #expect(try await office.service.feed(of: "a", to: back).begin(after: start))
            #expect(back.titles == ["a fee"] && back.unread == 2)
            let polled = try await office.service.pollInbox(of: "a", after: start, patience: .zero)
            #expect(polled.items.map(\.title) == ["a fee"])
            // Wanted again, it is told from then on.
            _ = try await office.service.setNotificationPreferences("a", .init(), by: Author(id: "a"))
            _ = try await send("another grade", .grade)
            try await Self.until { receiver.unread == 3 }
            #expect(receiver.titles == ["a fee", "another grade"])
            feed.end()
        }
    }

    @Test func aPageIsNoLongerThanItsBytes() async throws {
        try await PostOffice.open { office in
            try await office.register("a")
            let start = try await office.log.store.head().size - 1
            let long = String(repeating: "x", count: 4_000)
            for number in 0..<90 {
                var draft = NotificationDraft(title: "\(number)", text: long)
                draft.payload = ["more": .string(String(repeating: "y", count: 7_000))]
                _ = try await office.service.send(draft, to: .users(["a"]), by: PostOffice.actor)
            }
            let first = try await office.service.missed.read("a", after: start)
            let size = first.items.reduce(0) { $0 + ($1.text?.utf8.count ?? 0) + ($1.payload?.count ?? 0) }
            #expect(first.hasMore && size <= InboxCatchUp.bytes && size > InboxCatchUp.bytes / 2)
            #expect(first.through == first.items.last?.position)
            let receiver = Receiver()
            #expect(try await office.service.feed(of: "a", to: receiver).begin(after: start))
            #expect(receiver.titles == (0..<90).map(String.init))
        }
    }

    @Test func whatExpiresIsCountedNoMoreOnDevicesThatAreConnected() async throws {
        try await Self.open { office in
            let receiver = Receiver()
            let feed = office.service.feed(of: "a", to: receiver)
            #expect(try await feed.begin(after: nil))
            var draft = NotificationDraft(title: "soon over", text: "")
            draft.expiresAt = office.clock.now + .seconds(60)
            _ = try await office.service.send(draft, to: .users(["a"]), by: PostOffice.actor)
            _ = try await Self.send("stays", office)
            try await Self.until { receiver.unread == 2 }
            try await office.service.hub.countExpired()
            office.clock.advance(by: .seconds(61))
            try await office.service.hub.countExpired()
            try await Self.until { receiver.unread == 1 }
            feed.end()
        }
    }

    @Test func everyListenerIsLetGoWhenTheHubEnds() async throws {
        try await PostOffice.open { office in
            try await office.register("a")
            let hub = Task { try await office.service.hub.run() }
            let receiver = Receiver()
            #expect(try await office.service.feed(of: "a", to: receiver).begin(after: nil))
            hub.cancel()
            _ = await hub.result
            try await Self.until { receiver.calls.last == "finish" }
            let late = Receiver()
            #expect(try await office.service.feed(of: "a", to: late).begin(after: nil))
            #expect(late.calls.first == "finish")
        }
    }
}
