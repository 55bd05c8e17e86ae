import CLibpq

extension PostgresConnection {
    /// Runs statements in one round trip and answers the rows of each.
    ///
    /// Outside a transaction they share an implicit one: all take effect or none. The first error ends the run and is
    /// thrown with its statement's index. `BEGIN`, `COMMIT` and `COPY` do not belong here.
    package nonisolated func pipeline(_ statements: [SQL], deadline: Duration? = nil) async throws -> [[PostgresRow]] {
        if statements.isEmpty { return [] }
        return try await perform(nil, deadline: deadline) { connection in
            let line = try connection.openLine()
            for (index, sql) in statements.enumerated() {
                do { try sql.check() } catch let error as PostgresError {
                    throw error.during(query: nil, statementIndex: index)
                }
            }
            let isOutsideTransaction = line.transactionStatus == PQTRANS_IDLE
            do {
                return try await connection.runPipeline(statements, line)
            } catch let error as PostgresError where error.isStalePlan {
                for sql in statements { connection.statements.remove(sql.cacheKey) }
                guard isOutsideTransaction else { throw error }
                return try await connection.runPipeline(statements, line)
            }
        }
    }

    /// What the server will answer, in order.
    private enum PipelineStep {
        case prepare(StatementCache.Key, name: String, statement: Int)
        case run(statement: Int)

        var statement: Int {
            switch self {
            case .prepare(_, _, let statement), .run(let statement): statement
            }
        }
    }

    private func runPipeline(_ statements: [SQL], _ line: ServerLine) async throws -> [[PostgresRow]] {
        guard PQenterPipelineMode(line.pointer) == 1 else { throw lost(line) }
        let steps = try sendPipeline(statements, line)
        try await flush(line)
        var rows = [[PostgresRow]](repeating: [], count: statements.count)
        var failure: PostgresError?
        for step in steps {
            while let result = try await nextResult(line) {
                switch (result.status, step) {
                case (PGRES_FATAL_ERROR, _):
                    let text = statements[step.statement].text
                    failure = failure ?? serverError(result, line).during(query: text, statementIndex: step.statement)
                case (PGRES_COPY_IN, _), (PGRES_COPY_OUT, _), (PGRES_COPY_BOTH, _):
                    // libpq has no way out of this; the connection is lost for good.
                    shut(PostgresError(.closed, "The connection was given up after a COPY in a pipeline."))
                    throw PostgresError(.misuse, "COPY cannot run in a pipeline; call copyIn, copyOut or script.")
                case (PGRES_COMMAND_OK, .prepare(let key, let name, _)):
                    if let evicted = self.statements.insert(key, name: name) { deallocations.append(evicted) }
                case (_, .run(let index)):
                    rows[index] = result.rows
                default:
                    break
                }
            }
        }
        try await endPipeline(line)
        if let failure { throw failure }
        return rows
    }

    /// Queues everything and the sync at the end; nothing is waited for.
    private func sendPipeline(_ statements: [SQL], _ line: ServerLine) throws -> [PipelineStep] {
        var steps: [PipelineStep] = []
        var names: [StatementCache.Key: String] = [:]
        for (index, sql) in statements.enumerated() {
            let key = sql.cacheKey
            let name: String
            if let known = names[key] ?? self.statements.name(for: key) {
                name = known
            } else {
                name = self.statements.newName()
                try sendPrepare(name, sql, line)
                steps.append(.prepare(key, name: name, statement: index))
            }
            names[key] = name
            try sendPrepared(name, sql.parameters, line)
            steps.append(.run(statement: index))
        }
        guard PQpipelineSync(line.pointer) == 1 else { throw lost(line) }
        return steps
    }

    private func endPipeline(_ line: ServerLine) async throws {
        while let result = try await nextResult(line) {
            if result.status == PGRES_PIPELINE_SYNC { break }
        }
        guard PQexitPipelineMode(line.pointer) == 1 else { throw lost(line) }
    }
}
