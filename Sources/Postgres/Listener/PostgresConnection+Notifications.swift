import CLibpq

/// What `NOTIFY` sent.
package struct PostgresNotification: Sendable, Hashable {
    package var channel: String
    package var payload: String
    /// The server process that sent it.
    package var processID: Int32
}

extension PostgresConnection {
    /// Waits for notifications on the channels that the connection listens to; answers all that have come.
    ///
    /// Throws `deadlineExceeded` if none comes in time.
    nonisolated func notifications(deadline: Duration?) async throws -> [PostgresNotification] {
        try await perform(nil, deadline: deadline) { connection in
            let line = try connection.openLine()
            while true {
                let received = connection.takeNotifications(line)
                if !received.isEmpty { return received }
                try await connection.wait(for: .readable)
                try connection.consume(line)
            }
        }
    }

    private func takeNotifications(_ line: ServerLine) -> [PostgresNotification] {
        var received: [PostgresNotification] = []
        while let notify = PQnotifies(line.pointer) {
            received.append(
                PostgresNotification(
                    channel: String(cString: notify.pointee.relname),
                    payload: notify.pointee.extra.map { String(cString: $0) } ?? "",
                    processID: notify.pointee.be_pid
                )
            )
            PQfreemem(notify)
        }
        return received
    }
}
