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
        for number in 0..<100 { lanes.add(number, to: "slow") }
        for number in 100..<103 { lanes.add(number, to: "quick") }
        var hosts: [String] = []
        while let next = lanes.next(at: .now) { hosts.append(next.host) }
        #expect(hosts.count { $0 == "slow" } == Lanes.perHost)
        #expect(hosts.count { $0 == "quick" } == 3)
        lanes.end("quick", isAnswered: true, at: .now)
        #expect(lanes.next(at: .now) == nil)
        lanes.end("slow", isAnswered: true, at: .now)
        #expect(lanes.next(at: .now)?.work == Lanes.perHost)
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
