import EventStore
import Events
import Synchronization
import TestSupport
import Testing
import Time

@testable import Notifications

/// One host that is slow or away holds up nobody else.
struct LaneTests {
    private typealias Lanes = DeliveryLanes<Int>

    @Test func aHostHasItsOwnLanesAndNoMore() {
        var lanes = Lanes()
        Self.prove(["busy", "quick"], &lanes)
        for number in 0..<100 { lanes.add(number, to: "busy") }
        for number in 100..<103 { lanes.add(number, to: "quick") }
        var hosts: [String] = []
        while let next = lanes.next(at: .now) { hosts.append(next.host) }
        #expect(hosts.count { $0 == "busy" } == Lanes.perHost)
        #expect(hosts.count { $0 == "quick" } == 3)
        lanes.end("quick", isAnswered: true, at: .now)
        #expect(lanes.next(at: .now) == nil)
        lanes.end("busy", isAnswered: true, at: .now)
        #expect(lanes.next(at: .now)?.work == Lanes.perHost)
    }

    /// Has hosts answer, quickly.
    private static func prove(_ hosts: [String], _ lanes: inout Lanes, at now: ContinuousClock.Instant = .now) {
        for host in hosts { lanes.add(-1, to: host) }
        while let next = lanes.next(at: now) { lanes.end(next.host, isAnswered: true, at: now) }
    }

    private static func takeAll(_ lanes: inout Lanes, at now: ContinuousClock.Instant) -> [String] {
        var hosts: [String] = []
        while let next = lanes.next(at: now) { hosts.append(next.host) }
        return hosts
    }

    @Test func hostsThatHaveNotAnsweredTakeNobodysLanesHoweverManyTheyAre() {
        var lanes = Lanes()
        let now = ContinuousClock.now
        Self.prove(["quick"], &lanes, at: now)
        for number in 0..<50 { lanes.add(number, to: "unknown \(number)") }
        #expect(Self.takeAll(&lanes, at: now).count == Lanes.perHost)
        for number in 50..<60 { lanes.add(number, to: "quick") }
        #expect(Self.takeAll(&lanes, at: now) == Array(repeating: "quick", count: Lanes.perHost))
        // One that has answered has lanes of its own from then on, and leaves its shared one to another.
        lanes.end("unknown 0", isAnswered: true, at: now)
        for number in 60..<70 { lanes.add(number, to: "unknown 0") }
        let taken = Self.takeAll(&lanes, at: now)
        #expect(taken.count { $0 == "unknown 0" } == Lanes.perHost)
        #expect(taken.count == Lanes.perHost + 1)
        // One that does not answer any more shares again.
        for _ in 0..<Lanes.perHost { lanes.end("unknown 0", isAnswered: false, at: now) }
        #expect(Self.takeAll(&lanes, at: now).isEmpty)
    }

    @Test func littleWaitsWhileNobodyOfThemAnswers() {
        var lanes = Lanes()
        let now = ContinuousClock.now
        Self.prove(["quick"], &lanes, at: now)
        for number in 0..<50 { lanes.add(number, to: "unknown \(number % 25)") }
        #expect(Self.takeAll(&lanes, at: now).count == Lanes.perHost)
        // That one answers that always has says nothing of the others.
        lanes.add(80, to: "quick")
        #expect(Self.takeAll(&lanes, at: now + .seconds(1)) == ["quick"])
        lanes.end("quick", isAnswered: true, at: now + .seconds(1))
        for number in 50..<80 { lanes.add(number, to: "quick") }
        #expect(lanes.takePutOff(at: now + .seconds(1)).isEmpty)
        let putOff = lanes.takePutOff(at: now + .seconds(3))
        #expect(putOff.count == 50 - Lanes.perHost - 16 && putOff.allSatisfy { $0.pause == .seconds(30) })
        #expect(putOff.allSatisfy { $0.work < 50 } && lanes.waiting == 30 + 16)
    }

    @Test func whoTurnsSlowSharesWithAllThatAre() {
        var lanes = Lanes()
        let now = ContinuousClock.now
        Self.prove(["one", "two"], &lanes, at: now)
        for number in 0..<40 { lanes.add(number, to: number.isMultiple(of: 2) ? "one" : "two") }
        #expect(Self.takeAll(&lanes, at: now).count == 2 * Lanes.perHost)
        for host in ["one", "two"] { lanes.end(host, isAnswered: true, after: .seconds(3), at: now) }
        // As many are under way to both as all that are not quick share.
        #expect(Self.takeAll(&lanes, at: now).isEmpty)
        for number in 40..<60 { lanes.add(number, to: "unknown \(number)") }
        #expect(!lanes.takePutOff(at: now + .seconds(3)).isEmpty && lanes.waiting == 16)
    }

    @Test func whatWasBegunIsLetGoAndItStaysKnownHowHostsAnswered() {
        var lanes = Lanes()
        let now = ContinuousClock.now
        Self.prove(["quick"], &lanes, at: now)
        for number in 0..<20 { lanes.add(number, to: "quick") }
        for number in 20..<40 { lanes.add(number, to: "unknown \(number)") }
        #expect(Self.takeAll(&lanes, at: now).count == 2 * Lanes.perHost)
        lanes.letGo()
        #expect(lanes.isIdle)
        for number in 0..<20 { lanes.add(number, to: "unknown \(number)") }
        for number in 20..<40 { lanes.add(number, to: "quick") }
        #expect(Self.takeAll(&lanes, at: now).count { $0 == "quick" } == Lanes.perHost)
    }

    @Test func itIsNotKnownForEverHowAHostAnswered() {
        var lanes = Lanes()
        let now = ContinuousClock.now
        lanes.add(0, to: "away")
        #expect(lanes.next(at: now) != nil)
        lanes.end("away", isAnswered: false, at: now)
        #expect(lanes.takePutOff(at: now + .seconds(3_599)).isEmpty)
        #expect(lanes.known == 1)
        #expect(lanes.takePutOff(at: now + .seconds(3_700)).isEmpty)
        #expect(lanes.known == 0)
    }

    @Test func whatWaitsForAHostThatDoesNotAnswerIsPutOffForLongerAndLonger() throws {
        var lanes = Lanes()
        let now = ContinuousClock.now
        for number in 0..<10 { lanes.add(number, to: "away") }
        #expect(lanes.next(at: now) != nil && lanes.next(at: now) != nil)
        lanes.end("away", isAnswered: false, at: now)
        #expect(lanes.takePutOff(at: now).isEmpty)
        lanes.end("away", isAnswered: false, at: now)
        #expect(lanes.next(at: now) == nil)
        let putOff = lanes.takePutOff(at: now)
        #expect(putOff.map(\.work) == Array(2..<10) && putOff.allSatisfy { $0.pause == .seconds(5) })
        #expect(lanes.isIdle)

        lanes.add(0, to: "away")
        let later = now + .seconds(6)
        #expect(lanes.next(at: later) != nil)
        lanes.end("away", isAnswered: false, at: later)
        lanes.add(1, to: "away")
        #expect(lanes.takePutOff(at: later).map(\.pause) == [.seconds(10)])
        // One answer, and it is back.
        lanes.add(3, to: "away")
        let back = later + .seconds(11)
        #expect(lanes.next(at: back) != nil)
        lanes.end("away", isAnswered: true, at: back)
        lanes.add(4, to: "away")
        #expect(lanes.takePutOff(at: back).isEmpty && lanes.next(at: back) != nil)
    }

    @Test func forAHostThatIsSlowFewWait() {
        var lanes = Lanes()
        let now = ContinuousClock.now
        for number in 0..<100 { lanes.add(number, to: "slow") }
        #expect(lanes.next(at: now) != nil)
        lanes.end("slow", isAnswered: true, after: .seconds(1), at: now)
        #expect(lanes.takePutOff(at: now).isEmpty && lanes.next(at: now) != nil)
        lanes.end("slow", isAnswered: true, after: .seconds(3), at: now)
        let putOff = lanes.takePutOff(at: now)
        #expect(putOff.map(\.work) == Array(18..<100) && putOff.allSatisfy { $0.pause == .seconds(30) })
        #expect(lanes.waiting == 16 && lanes.next(at: now)?.work == 2)
    }

    /// A way to several hosts, of which one does not answer until its transfers are broken off.
    private final class Hosts: DeliverySender {
        let channel = DeliveryChannel.push
        private let state = Mutex<(sent: [String], waiting: Int)>(([], 0))
        private let during: @Sendable (OutgoingMessage) async -> DeliveryResult

        init(_ during: @escaping @Sendable (OutgoingMessage) async -> DeliveryResult = { _ in .delivered }) {
            self.during = during
        }

        var sent: [String] { state.withLock { $0.sent } }

        func host(of address: String) -> String { String(address.prefix { $0 != "/" }) }

        func send(_ message: OutgoingMessage) async -> DeliveryResult {
            state.withLock { $0.sent.append(message.address) }
            guard host(of: message.address) == "slow" else { return await during(message) }
            try? await Task.sleep(for: .seconds(120))
            return .unanswered("it was cancelled")
        }
    }

    private static func devices(_ office: PostOffice, _ user: String, _ host: String, _ count: Int) async throws {
        for number in 0..<count {
            _ = try await office.service.registerDevice(
                user,
                kind: .android,
                address: "\(host)/\(user)/\(number)",
                name: nil,
                by: Author(id: user)
            )
        }
    }

    private static func register(_ office: PostOffice, _ address: String, _ id: String? = nil) async throws -> String {
        let actor = Author(id: "a")
        let registered = try await office.service.registerDevice(
            "a",
            kind: .android,
            address: address,
            name: nil,
            id: id,
            by: actor
        )
        return registered.id
    }

    private static func until(_ condition: () async throws -> Bool) async throws {
        if try await !eventually(condition) { Issue.record("It did not come to that.") }
    }

    @Test func othersAreSentAndRecordedWhileAHostIsSlowAndWhatIsBrokenOffWasNotTried() async throws {
        let hosts = Hosts()
        try await PostOffice.open(channels: [hosts]) { office in
            try await office.register("a", "b")
            try await Self.devices(office, "a", "slow", 20)
            try await Self.devices(office, "b", "quick", 10)
            let draft = NotificationDraft(.grade, title: "One", text: "")
            let id = try await office.service.send(draft, to: .users(["a", "b"]), by: PostOffice.actor).id
            try await DeliveryDecider(office.service).decide()
            let worker = Task { try await DeliveryWorker(office.service, hosts).run() }
            func states(_ user: String) async throws -> [String] {
                try await office.service.deliveryRecords(of: id, user: user, limit: 100).filter { $0.channel == "push" }
                    .map { "\($0.state) \($0.attempts)" }
            }
            try await Self.until { try await Set(states("b")) == ["delivered 1"] }
            // And what comes later is not held up either.
            let later = try await office.service.send(draft, to: .users(["b"]), by: PostOffice.actor).id
            try await DeliveryDecider(office.service).decide()
            try await Self.until { try await office.deliveries(of: later).contains("b push delivered") }
            #expect(hosts.sent.count { $0.hasPrefix("slow") } == DeliveryLanes<Int>.perHost)
            worker.cancel()
            _ = await worker.result
            #expect(try await Set(states("a")) == ["due 0"])
        }
    }

    @Test func nothingIsSentByAReplicaThatLostTheLock() async throws {
        struct Lost: Error {}
        let hosts = Hosts()
        try await PostOffice.open(channels: [hosts]) { office in
            try await office.register("a")
            try await Self.devices(office, "a", "quick", 3)
            let draft = NotificationDraft(.grade, title: "One", text: "")
            _ = try await office.service.send(draft, to: .users(["a"]), by: PostOffice.actor)
            try await DeliveryDecider(office.service).decide()
            await #expect(throws: Lost.self) {
                var run = DeliveryRun(office.service, hosts, isEndless: true)
                _ = try await run.run { throw Lost() }
            }
            #expect(hosts.sent.isEmpty)
        }
    }

    @Test func aDeviceThatWasRefreshedMeanwhileIsNotEndedByWhatWasSaidOfItsOldAddress() async throws {
        let refresh = Mutex<(@Sendable () async -> Void)?>(nil)
        let hosts = Hosts { _ in
            if let refresh = refresh.withLock({ $0 }) { await refresh() }
            return .gone("410")
        }
        try await PostOffice.open(channels: [hosts]) { office in
            try await office.register("a")
            let device = try await Self.register(office, "quick/old")
            refresh.withLock { $0 = { _ = try? await Self.register(office, "quick/new", device) } }
            let draft = NotificationDraft(.grade, title: "One", text: "")
            _ = try await office.service.send(draft, to: .users(["a"]), by: PostOffice.actor)
            try await DeliveryDecider(office.service).decide()
            try await DeliveryWorker(office.service, hosts).send()
            #expect(hosts.sent == ["quick/old"])
            #expect(try await office.service.devices(of: "a").map(\.id) == [device])

            refresh.withLock { $0 = nil }
            _ = try await office.service.send(draft, to: .users(["a"]), by: PostOffice.actor)
            try await DeliveryDecider(office.service).decide()
            try await DeliveryWorker(office.service, hosts).send()
            #expect(hosts.sent.last == "quick/new")
            #expect(try await office.service.devices(of: "a").isEmpty)
        }
    }
}
