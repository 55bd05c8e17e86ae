import EventStore
import Logging
import Postgres

extension ProjectionEngine {
    /// Makes a read model's tables anew from the log while the old ones serve, then switches in one transaction.
    ///
    /// Cancelling the task stops it after the batch at hand; the next call goes on from there. Readers notice nothing;
    /// appends wait only for the last few events and the switch, and only if the read model is inline.
    ///
    /// - Throws: `ProjectionError(.busy)` if another replica is at it, `.cannotApply` with the position of the event
    ///   that stopped it.
    package func rebuild(
        _ name: String,
        progress: @escaping ProjectionProgress.Handler = { _ in }
    ) async throws {
        let definition = try definition(name)
        try await pool.withConnection { connection in
            let key = "daybook rebuild \(name)"
            let locked = try await connection.query("select pg_try_advisory_lock(hashtextextended(\(key), 0))")
            guard try locked.first?.decode(Bool.self) == true else {
                throw ProjectionError(.busy, "The read model \(name) is being rebuilt already; wait for it to end.")
            }
            let rebuild = ProjectionRebuild(
                definition: definition,
                engine: self,
                connection: connection,
                progress: progress
            )
            do {
                try await rebuild.run()
            } catch {
                await self.unlock(key, connection)
                throw error
            }
            await self.unlock(key, connection)
        }
        // Where that fails, followers find out.
        try? await lookAtMakings()
    }

    /// Gives the lock of a rebuild back, also where the task was cancelled: the connection lives on and would keep it.
    private func unlock(_ key: String, _ connection: PostgresConnection) async {
        let unlocking = Task {
            try await connection.execute(
                "select pg_advisory_unlock(hashtextextended(\(key), 0))",
                deadline: .seconds(5)
            )
        }
        if case .failure = await unlocking.result { await connection.close() }
    }

    /// Rebuilds several read models at once, two at a time.
    package func rebuild(
        _ names: [String],
        progress: @escaping ProjectionProgress.Handler = { _ in }
    ) async throws {
        try await twoAtATime(names) { try await self.rebuild($0, progress: progress) }
    }

    /// More than two would only take turns at the same disk and cores. What takes events of every type takes longest and begins
    /// first: nothing is left to go on alone at the end.
    func twoAtATime(_ names: [String], _ body: @escaping @Sendable (String) async throws -> Void) async throws {
        let takingAll = Set(definitions.filter { $0.manifest.types == nil }.map(\.name))
        let ordered = names.filter(takingAll.contains) + names.filter { !takingAll.contains($0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, name) in ordered.enumerated() {
                if index >= 2 { try await group.next() }
                group.addTask { try await body(name) }
            }
            try await group.waitForAll()
        }
    }
}
