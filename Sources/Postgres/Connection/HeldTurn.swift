import CLibpq

/// The connection's turn, held across several calls by a stream. Given back when the last reference goes.
final class HeldTurn: Sendable {
    let connection: PostgresConnection
    let turn: CommandQueue.Turn
    let query: String

    init(connection: PostgresConnection, turn: CommandQueue.Turn, query: String) {
        self.connection = connection
        self.turn = turn
        self.query = query
    }

    deinit {
        let (connection, turn) = (connection, turn)
        connection.executor.queue.async {
            connection.assumeIsolated { connection in
                guard connection.commands.running == turn else { return }
                Task { await connection.abandon(turn) }
            }
        }
    }
}

extension PostgresConnection {
    /// Takes the turn and keeps it if `begin` succeeds.
    nonisolated func hold(
        _ query: String,
        deadline: Duration?,
        _ begin: @Sendable (isolated PostgresConnection) async throws -> Void
    ) async throws -> HeldTurn {
        try await onOwnThread { connection in
            let turn = try await connection.takeTurn(query, deadline: deadline, inSteps: true, shielded: false)
            let held = HeldTurn(connection: connection, turn: turn, query: query)
            try await connection.continueTurn(held, begin)
            return held
        }
    }

    /// Goes on with a held command; answers nil if it is over. An error ends it and gives the turn back.
    nonisolated func advance<R: Sendable>(
        _ held: HeldTurn,
        _ body: @Sendable (isolated PostgresConnection) async throws -> R
    ) async throws -> R? {
        try await onOwnThread { connection in
            guard connection.commands.running == held.turn else { return nil }
            return try await connection.continueTurn(held, body)
        }
    }

    private func continueTurn<R: Sendable>(
        _ held: HeldTurn,
        _ body: (isolated PostgresConnection) async throws -> R
    ) async throws -> R {
        // What the reader of the stream did meanwhile took its own time.
        beginStep()
        do {
            return try await withTaskCancellationHandler {
                try await body(self)
            } onCancel: {
                interruptLater(held.turn, .cancelled)
            }
        } catch {
            await clearLine()
            await closeCursor()
            endTurn(held.turn)
            throw described(error, query: held.query)
        }
    }

    /// The reader of a stream went away before its end.
    func abandon(_ turn: CommandQueue.Turn) async {
        guard commands.running == turn else { return }
        // A fetch in somebody else's transaction must not be cancelled, or it would fail the transaction.
        await clearLine(cancelling: cursor?.ownsTransaction ?? true)
        await closeCursor()
        endTurn(turn)
    }
}
