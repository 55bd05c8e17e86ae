/// What waits to be sent, by host: how many may be under way to each, and which hosts do not answer. Pure.
///
/// A host that is slow takes its own lanes and no more. One that did not answer twice in a row counts as away for a while,
/// longer each time: what waits for it is put off, and has not been tried; so is what would wait long for one that is slow.
struct DeliveryLanes<Work: Sendable>: Sendable {
    /// How many are under way at a time.
    static var all: Int { 32 }
    /// How many of them to one host.
    static var perHost: Int { 8 }
    /// How often a host may not answer before it counts as away.
    private static var patience: Int { 2 }
    /// An answer that takes longer is a slow one.
    private static var quick: Duration { .seconds(2) }
    /// How many wait for a host that is slow, and how long the others are put off.
    private static var queue: Int { 16 }
    private static var pause: Duration { .seconds(30) }

    private struct Host {
        var waiting: [Work] = []
        var underWay = 0
        /// How often in a row it did not answer.
        var silences = 0
        /// Whether its last answer was slow.
        var isSlow = false
        var awayUntil: ContinuousClock.Instant?

        func isAway(at now: ContinuousClock.Instant) -> Bool { awayUntil.map { $0 > now } ?? false }
    }

    private var hosts: [String: Host] = [:]
    /// Whose turn it is, in order.
    private var turns: [String] = []
    /// How many are under way.
    private(set) var underWay = 0
    /// How many wait.
    private(set) var waiting = 0

    /// Whether nothing waits and nothing is under way.
    var isIdle: Bool { waiting == 0 && underWay == 0 }

    /// Has something wait for its turn.
    mutating func add(_ work: Work, to host: String) {
        if hosts[host] == nil { turns.append(host) }
        hosts[host, default: Host()].waiting.append(work)
        waiting += 1
    }

    /// What may be sent now, which is under way from then on; nil if there is nothing, or no lane free.
    mutating func next(at now: ContinuousClock.Instant) -> (host: String, work: Work)? {
        guard underWay < Self.all else { return nil }
        for (index, name) in turns.enumerated() {
            guard var host = hosts[name], !host.waiting.isEmpty, host.underWay < Self.perHost, !host.isAway(at: now)
            else { continue }
            let work = host.waiting.removeFirst()
            host.underWay += 1
            hosts[name] = host
            underWay += 1
            waiting -= 1
            turns.remove(at: index)
            turns.append(name)
            return (name, work)
        }
        return nil
    }

    /// What was under way has ended.
    mutating func end(_ name: String, isAnswered: Bool, after time: Duration = .zero, at now: ContinuousClock.Instant) {
        guard var host = hosts[name] else { return }
        underWay -= 1
        host.underWay -= 1
        host.silences = isAnswered ? 0 : host.silences + 1
        host.isSlow = isAnswered && time > Self.quick
        host.awayUntil =
            host.silences < Self.patience
            ? nil : now + DeliveryPacing.pause(after: host.silences - Self.patience + 1, share: 0.5)
        hosts[name] = host
    }

    /// What waits for hosts that are away or slow, and does no longer, and how long it is put off.
    mutating func takePutOff(at now: ContinuousClock.Instant) -> [(work: Work, pause: Duration)] {
        var putOff: [(Work, Duration)] = []
        for (name, host) in hosts {
            if let until = host.awayUntil, until > now {
                putOff += host.waiting.map { ($0, until - now) }
                waiting -= host.waiting.count
                hosts[name]?.waiting = []
            } else if host.isSlow, host.waiting.count > Self.queue {
                putOff += host.waiting[Self.queue...].map { ($0, Self.pause) }
                waiting -= host.waiting.count - Self.queue
                hosts[name]?.waiting.removeSubrange(Self.queue...)
            } else if host.waiting.isEmpty, host.underWay == 0, host.silences == 0 {
                hosts[name] = nil
                turns.removeAll { $0 == name }
            }
        }
        return putOff
    }
}
