/// What waits to be sent, by host: how many may be under way to each, and which hosts do not answer. Pure.
///
/// A host that is slow takes its own lanes and no more; all that have not answered yet, or were slow or silent the last time,
/// share as many: one machine may have any number of names. One that did not answer twice in a row counts as away for a while,
/// longer each time: what waits for it is put off, and has not been tried; so is what would wait long for those that are slow.
struct DeliveryLanes<Work: Sendable>: Sendable {
    /// How many are under way at a time.
    static var all: Int { 32 }
    /// How many of them to one host, and to all together that are not known to be quick.
    static var perHost: Int { 8 }
    /// How often a host may not answer before it counts as away.
    private static var patience: Int { 2 }
    /// An answer that takes longer is a slow one.
    private static var quick: Duration { .seconds(2) }
    /// How many wait for a host that is slow, and how long the others are put off.
    private static var queue: Int { 16 }
    private static var pause: Duration { .seconds(30) }
    /// For how long it is known of a host how it answered, beyond its being away.
    private static var memory: Duration { .seconds(3_600) }

    private struct Host {
        var waiting: [Work] = []
        var underWay = 0
        /// How often in a row it did not answer.
        var silences = 0
        /// Whether its last answer was slow.
        var isSlow = false
        /// Whether it answered the last time, and was not slow.
        var isQuick = false
        var awayUntil: ContinuousClock.Instant?
        var knownUntil: ContinuousClock.Instant?

        func isAway(at now: ContinuousClock.Instant) -> Bool { awayUntil.map { $0 > now } ?? false }
    }

    private var hosts: [String: Host] = [:]
    /// Whose turn it is of those for whom something waits, in order.
    private var turns: [String] = []
    /// How many are under way to hosts that are not known to be quick.
    private var unproven = 0
    /// Since when nobody of those hosts has turned out to be quick.
    private var unprovenSince: ContinuousClock.Instant?
    private var forgottenAt: ContinuousClock.Instant?
    /// How many are under way.
    private(set) var underWay = 0
    /// How many wait.
    private(set) var waiting = 0

    /// Of how many hosts something is known.
    var known: Int { hosts.count }
    /// Whether nothing waits and nothing is under way.
    var isIdle: Bool { waiting == 0 && underWay == 0 }

    /// Has something wait for its turn.
    mutating func add(_ work: Work, to host: String) {
        if hosts[host]?.waiting.isEmpty ?? true { turns.append(host) }
        hosts[host, default: Host()].waiting.append(work)
        waiting += 1
    }

    /// What may be sent now, which is under way from then on; nil if there is nothing, or no lane free.
    mutating func next(at now: ContinuousClock.Instant) -> (host: String, work: Work)? {
        guard underWay < Self.all else { return nil }
        let hasSharedLane = unproven < Self.perHost
        for (index, name) in turns.enumerated() {
            guard var host = hosts[name], host.underWay < Self.perHost, host.isQuick || hasSharedLane,
                !host.isAway(at: now)
            else { continue }
            let work = host.waiting.removeFirst()
            host.underWay += 1
            hosts[name] = host
            underWay += 1
            waiting -= 1
            if !host.isQuick { unproven += 1 }
            if !host.isQuick, unprovenSince == nil { unprovenSince = now }
            turns.remove(at: index)
            if !host.waiting.isEmpty { turns.append(name) }
            return (name, work)
        }
        return nil
    }

    /// What was under way has ended.
    mutating func end(_ name: String, isAnswered: Bool, after time: Duration = .zero, at now: ContinuousClock.Instant) {
        guard var host = hosts[name] else { return }
        let wasQuick = host.isQuick
        underWay -= 1
        host.underWay -= 1
        if !wasQuick { unproven -= 1 }
        host.silences = isAnswered ? 0 : host.silences + 1
        host.isSlow = isAnswered && time > Self.quick
        host.isQuick = isAnswered && !host.isSlow
        host.awayUntil =
            host.silences < Self.patience
            ? nil : now + DeliveryPacing.pause(after: host.silences - Self.patience + 1, share: 0.5)
        host.knownUntil = (host.awayUntil ?? now) + Self.memory
        hosts[name] = host
        if host.isQuick != wasQuick { unproven += host.isQuick ? -host.underWay : host.underWay }
        if unproven == 0 {
            unprovenSince = nil
        } else if unprovenSince == nil || host.isQuick && !wasQuick {
            unprovenSince = now
        }
    }

    /// Nothing waits or is under way any more; it stays known how hosts answered.
    mutating func letGo() {
        for name in Array(hosts.keys) {
            hosts[name]?.waiting = []
            hosts[name]?.underWay = 0
        }
        (turns, waiting, underWay, unproven, unprovenSince) = ([], 0, 0, 0, nil)
    }

    /// What waits for hosts that are away or slow, and does no longer, and how long it is put off.
    mutating func takePutOff(at now: ContinuousClock.Instant) -> [(work: Work, pause: Duration)] {
        let isStuck = unproven >= Self.perHost && unprovenSince.map { now - $0 > Self.quick } ?? false
        var putOff: [(Work, Duration)] = []
        var left = Self.queue
        for name in turns {
            guard let host = hosts[name] else { continue }
            if let until = host.awayUntil, until > now {
                putOff += takeWaiting(for: name, beyond: 0).map { ($0, until - now) }
            } else if isStuck, !host.isQuick {
                putOff += takeWaiting(for: name, beyond: left).map { ($0, Self.pause) }
                left -= hosts[name]?.waiting.count ?? 0
            } else if host.isSlow {
                putOff += takeWaiting(for: name, beyond: Self.queue).map { ($0, Self.pause) }
            }
        }
        turns = turns.filter { hosts[$0]?.waiting.isEmpty == false }
        forget(at: now)
        return putOff
    }

    /// There may be very many hosts: they are gone through seldom.
    private mutating func forget(at now: ContinuousClock.Instant) {
        if let forgottenAt, now - forgottenAt < Self.pause { return }
        forgottenAt = now
        hosts = hosts.filter { _, host in
            !host.waiting.isEmpty || host.underWay > 0 || host.knownUntil.map { $0 > now } ?? false
        }
    }

    /// What waits for a host beyond so many, and does no longer.
    private mutating func takeWaiting(for name: String, beyond count: Int) -> [Work] {
        guard let all = hosts[name]?.waiting, all.count > count else { return [] }
        hosts[name]?.waiting.removeSubrange(count...)
        waiting -= all.count - count
        return Array(all[count...])
    }
}
