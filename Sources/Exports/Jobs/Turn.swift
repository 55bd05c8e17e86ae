import Postgres

/// The turn of one server of all, held by a lock in the database: it goes with the connection, which is its own.
struct Turn: Sendable {
    let name: String
    let service: ExportService

    /// Lends the connection that holds the turn, if nobody else has it.
    ///
    /// - Returns: nil where somebody has.
    func take<R: Sendable>(_ body: (PostgresConnection) async throws -> R) async throws -> R? {
        let connection = try await PostgresConnection.connect(service.pool.configuration, logger: service.logger)
        let result: Result<R?, any Error>
        do {
            let rows = try await connection.query("select pg_try_advisory_lock(hashtextextended(\(name), 0))")
            let isTaken = try rows.first?.decode(column: 0, as: Bool.self) == true
            result = .success(isTaken ? try await body(connection) : nil)
        } catch {
            result = .failure(error)
        }
        await connection.close()
        return try result.get()
    }
}
