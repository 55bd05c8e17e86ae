import Postgres

extension PostgresConnection {
    /// What the engine makes belongs to the writer, whoever is connected, so that every replica may go on with it.
    func actAsWriter() async throws {
        try await execute("set local role daybook_writer")
    }

    /// How many events the log holds.
    func logSize() async throws -> Int64 {
        try await query("select size from log.head").first?.decode(Int64.self) ?? 0
    }

    /// How many events the log holds, with appends kept waiting until the transaction ends.
    func lockedLogSize() async throws -> Int64 {
        try await query("select size from log.head for update").first?.decode(Int64.self) ?? 0
    }
}

extension Error {
    /// The database's complaint, if that is what the error is about.
    var postgresCause: PostgresError? {
        (self as? PostgresTransactionError)?.postgres ?? self as? PostgresError
    }

    /// Whether the statement itself is to blame, so that trying again would fail again.
    ///
    /// The server's refusals are lasting, but for those about its own condition: connections (08), transactions that
    /// may only read, as on a standby (25), prepared statements that a pooler lost (26), transactions that met (40),
    /// resources (53), locks (55), operators (57) and the machine (58).
    var isLasting: Bool {
        guard case .server(let state)? = postgresCause?.code else { return false }
        return !["08", "25", "26", "40", "53", "55", "57", "58"].contains(state.conditionClass)
    }

    /// Whether a lock was not to be had in time.
    var isLockTimeout: Bool { postgresCause?.sqlState == "55P03" }
}
