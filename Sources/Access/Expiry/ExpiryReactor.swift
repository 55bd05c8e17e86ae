package import Postgres
import ServiceLifecycle
import Time

/// Appends `rbac.role-expired` when an assignment has come to its end, and closes sessions that have, whether or not
/// anybody asks.
///
/// No check depends on it: those look at the clock. Every replica runs one; who is second finds the thing done.
package struct ExpiryReactor: Service {
    /// How many things are recorded in one append.
    private static let batch: Int32 = 500

    private let access: AccessService
    private let pool: PostgresPool
    private let interval: Duration

    /// A reactor that looks at every interval; by default every second.
    package init(_ access: AccessService, pool: PostgresPool, interval: Duration = .seconds(1)) {
        self.access = access
        self.pool = pool
        self.interval = interval
    }

    /// Looks until graceful shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    while try await record(limit: Self.batch) {}
                } catch {
                    if Task.isCancelled { return }
                    access.directory.logger.warning(
                        "what expired could not be recorded; trying again",
                        metadata: ["error": "\(error)"]
                    )
                }
                try? await Task.sleep(for: interval)
            }
        }
    }

    /// Records some of what has fallen due.
    ///
    /// - Returns: whether there may be more.
    @discardableResult
    package func record(limit: Int32) async throws -> Bool {
        let due = try await pool.query(access.reader.dueSQL(access.clock(), limit)).map { row in
            try row.decode((String, String).self)
        }
        guard !due.isEmpty else { return false }
        let command = ExpireRoles(
            userIDs: due.filter { $0.0 == "user" }.map(\.1),
            sessionIDs: due.filter { $0.0 == "session" }.map(\.1)
        )
        let outcome = try await access.runner.carryOut(command, .system)
        // What the read model holds and the model does not is nothing to do again and again about.
        return outcome.receipt != nil && (due.count >= limit || outcome.events.count >= ExpireRoles.maximumEvents)
    }
}
