import CLibpq

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

// What the pool asks before it lends a connection and after it gets one back.
extension PostgresConnection {
    /// Whether nothing is under way and no transaction is open.
    nonisolated var isClean: Bool {
        condition.withLock { $0.isClean }
    }

    /// Whether the idle connection was sent something: a notice, a notification, or the news that it is closed.
    nonisolated var hasUnreadInput: Bool {
        // The lock keeps the descriptor from being closed, and another opened in its place, meanwhile.
        condition.withLock { condition in
            guard condition.descriptor >= 0 else { return true }
            var watched = pollfd(fd: condition.descriptor, events: Int16(POLLIN), revents: 0)
            return poll(&watched, 1, 0) != 0
        }
    }

    /// Reads what was sent while the connection was idle. Answers whether it is still open.
    func takeInput() -> Bool {
        guard let line = try? openLine() else { return false }
        do {
            try consume(line)
            // Parses what came; an idle connection is never busy.
            _ = PQisBusy(line.pointer)
            if let farewell = line.farewell { throw lost(line, server: farewell) }
        } catch {
            return false
        }
        return isHealthy
    }
}
