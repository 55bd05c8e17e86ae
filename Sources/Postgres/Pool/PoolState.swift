import DequeModule

/// Who holds a connection and who waits for one.
///
/// Pure: answers each event with what the pool has to do. Waiters are served in the order in which they came; idle
/// connections are lent last in, first out, so that those not needed grow old.
struct PoolState<Connection: Sendable>: ~Copyable {
    typealias Waiter = UInt64

    enum Lease {
        /// An idle connection, to be looked at before use.
        case take(Connection)
        /// There is room for one more: open it, then `opened` or `dropped`.
        case open
        case wait(Waiter)
        case refuse(PostgresError)
    }

    /// What comes of a connection or a place that became free.
    enum Handover {
        case lend(Connection, to: Waiter)
        /// The waiter may open a connection.
        case letOpen(Waiter)
        /// The pool is closed: close the connection.
        case close(Connection)
        case keep
    }

    private let maximum: Int
    private let maximumWaiters: Int
    private var idle: [Connection] = []
    private var waiting: Deque<Waiter> = []
    private var lastWaiter: Waiter = 0
    private(set) var isClosed = false
    /// Connections that are lent or being opened.
    private(set) var lent = 0

    init(maximum: Int, maximumWaiters: Int) {
        self.maximum = max(maximum, 1)
        self.maximumWaiters = maximumWaiters
    }

    var idleCount: Int { idle.count }
    var waiterCount: Int { waiting.count }

    mutating func lease() -> Lease {
        if isClosed { return .refuse(PostgresError(.closed, "The connection pool was closed.")) }
        if let connection = idle.popLast() {
            lent += 1
            return .take(connection)
        }
        if lent < maximum {
            lent += 1
            return .open
        }
        guard waiting.count < maximumWaiters else {
            return .refuse(
                PostgresError(
                    .poolExhausted,
                    "All \(maximum) connections are in use and \(waiting.count) callers wait already; try again later."
                )
            )
        }
        lastWaiter += 1
        waiting.append(lastWaiter)
        return .wait(lastWaiter)
    }

    /// A lent connection comes back in good order.
    mutating func giveBack(_ connection: Connection) -> Handover {
        if isClosed {
            lent -= 1
            return .close(connection)
        }
        if let waiter = waiting.popFirst() { return .lend(connection, to: waiter) }
        lent -= 1
        idle.append(connection)
        return .keep
    }

    /// A lent connection broke, or opening one failed: its place is free.
    mutating func dropped() -> Handover {
        if !isClosed, let waiter = waiting.popFirst() { return .letOpen(waiter) }
        lent -= 1
        return .keep
    }

    /// A waiter gives up. Answers false if it was served already.
    mutating func withdraw(_ waiter: Waiter) -> Bool {
        guard let place = waiting.firstIndex(of: waiter) else { return false }
        waiting.remove(at: place)
        return true
    }

    /// Takes out the connections that have been idle longest, down to `count`.
    mutating func trim(to count: Int) -> [Connection] {
        let surplus = max(idle.count - count, 0)
        defer { idle.removeFirst(surplus) }
        return Array(idle.prefix(surplus))
    }

    /// Nothing more is lent. Answers what is to be closed and who waited in vain.
    mutating func close() -> (idle: [Connection], waiters: [Waiter]) {
        isClosed = true
        defer {
            idle.removeAll()
            waiting.removeAll()
        }
        return (idle, Array(waiting))
    }
}
