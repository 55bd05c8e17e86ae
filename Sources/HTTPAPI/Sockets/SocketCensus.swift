import Synchronization

/// Counts open sockets, so that neither a user nor an address takes all there are.
final class SocketCensus: Sendable {
    /// What is counted for one socket.
    struct Entry: Sendable, Hashable {
        /// Who signed in; nil where nobody does, or has yet.
        var actor: String?
        var address: String
        /// Whether it waits for a sign-in.
        var isWaiting = false
    }

    private struct Counts {
        var all = 0
        var waiting = 0
        var waitingByAddress: [String: Int] = [:]
        var byActor: [String: Int] = [:]
        var byAddress: [String: Int] = [:]
    }

    private let limits: SocketLimits
    private let counts = Mutex(Counts())

    init(_ limits: SocketLimits) { self.limits = limits }

    /// How many sockets are open.
    var count: Int { counts.withLock { $0.all } }

    /// A place for a socket; throws why there is no room.
    func enter(_ entry: Entry) throws(Problem) -> SocketPlace {
        let refusal = counts.withLock { counts -> Problem? in
            guard counts.all < limits.maximum else {
                return .unavailable(retryAfter: .seconds(30), "The server has as many sockets as it may.")
            }
            guard counts.byAddress[entry.address, default: 0] < limits.maximumPerAddress else {
                return Self.tooMany("This address")
            }
            if let actor = entry.actor {
                guard counts.byActor[actor, default: 0] < limits.maximumPerActor else {
                    return Self.tooMany("This user")
                }
            }
            if entry.isWaiting {
                guard counts.waiting < limits.maximumWaiting else {
                    return .unavailable(retryAfter: .seconds(10), "Too many sockets wait for a sign-in.")
                }
                guard counts.waitingByAddress[entry.address, default: 0] < limits.maximumWaitingPerAddress else {
                    return Self.tooMany("This address", "waiting for a sign-in", after: .seconds(10))
                }
                counts.waiting += 1
                counts.waitingByAddress[entry.address, default: 0] += 1
            }
            counts.all += 1
            if let actor = entry.actor { counts.byActor[actor, default: 0] += 1 }
            counts.byAddress[entry.address, default: 0] += 1
            return nil
        }
        if let refusal { throw refusal }
        return SocketPlace(self, entry)
    }

    fileprivate func signIn(_ actor: String, from address: String) -> Bool {
        counts.withLock { counts in
            guard counts.byActor[actor, default: 0] < limits.maximumPerActor else { return false }
            counts.byActor[actor, default: 0] += 1
            counts.waiting -= 1
            Self.decrement(&counts.waitingByAddress, address)
            return true
        }
    }

    fileprivate func leave(_ entry: Entry) {
        counts.withLock { counts in
            counts.all -= 1
            if let actor = entry.actor { Self.decrement(&counts.byActor, actor) }
            if entry.isWaiting {
                counts.waiting -= 1
                Self.decrement(&counts.waitingByAddress, entry.address)
            }
            Self.decrement(&counts.byAddress, entry.address)
        }
    }

    private static func decrement(_ counts: inout [String: Int], _ key: String) {
        let left = counts[key, default: 1] - 1
        counts[key] = left > 0 ? left : nil
    }

    private static func tooMany(_ who: String, _ what: String = "open", after pause: Duration = .seconds(30)) -> Problem
    {
        Problem(
            .tooManySockets,
            "\(who) has as many sockets \(what) as it may. Close one first.",
            headers: [.retryAfter(pause)]
        )
    }
}

/// The place of one socket. It is free again when it is left or let go of: also where the connection breaks off before there
/// is a socket.
final class SocketPlace: Sendable {
    private let census: SocketCensus
    private let entry: Mutex<SocketCensus.Entry?>

    fileprivate init(_ census: SocketCensus, _ entry: SocketCensus.Entry) {
        self.census = census
        self.entry = Mutex(entry)
    }

    deinit { leave() }

    /// Whoever waited has signed in; false if the user has as many sockets as may be.
    func signIn(as actor: String) -> Bool {
        entry.withLock { entry in
            guard var known = entry, known.isWaiting, census.signIn(actor, from: known.address) else { return false }
            (known.actor, known.isWaiting) = (actor, false)
            entry = known
            return true
        }
    }

    /// The socket has ended.
    func leave() {
        let left = entry.withLock { entry in
            defer { entry = nil }
            return entry
        }
        if let left { census.leave(left) }
    }
}
