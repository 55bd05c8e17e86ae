import CLibpq

extension PostgresConnection {
    /// Runs a statement and answers its rows.
    ///
    /// The statement is prepared when its text is first seen on the connection; values and results are binary.
    package nonisolated func query(_ sql: SQL, deadline: Duration? = nil) async throws -> [PostgresRow] {
        try await result(of: sql, deadline: deadline).rows
    }

    /// Runs a statement and answers how many rows it touched.
    @discardableResult
    package nonisolated func execute(_ sql: SQL, deadline: Duration? = nil) async throws -> Int {
        try await result(of: sql, deadline: deadline).affectedRows
    }

    private nonisolated func result(of sql: SQL, deadline: Duration?) async throws -> ServerResult {
        try await perform(sql.text, deadline: deadline) { connection in
            try await connection.run(sql)
        }
    }

    /// Prepares if need be and runs; the caller has the turn.
    func run(_ sql: SQL) async throws -> ServerResult {
        let line = try openLine()
        try sql.check()
        let isOutsideTransaction = line.transactionStatus == PQTRANS_IDLE
        do {
            return try await runPrepared(sql, line)
        } catch let error as PostgresError where error.isStalePlan {
            // Tables changed under the prepared statement. Outside a transaction nothing is lost by starting over.
            statements.remove(sql.cacheKey)
            guard isOutsideTransaction else { throw error }
            return try await runPrepared(sql, line)
        }
    }

    private func runPrepared(_ sql: SQL, _ line: ServerLine) async throws -> ServerResult {
        let key = sql.cacheKey
        let name: String
        if let known = statements.name(for: key) {
            name = known
        } else {
            name = try await prepare(sql, key, line)
        }
        try sendPrepared(name, sql.parameters, line)
        if PQflush(line.pointer) != 0 { try await flush(line) }
        return try await collect(line)
    }

    /// Prepares the statement and answers its name.
    private func prepare(_ sql: SQL, _ key: StatementCache.Key, _ line: ServerLine) async throws -> String {
        let name = statements.newName()
        try sendPrepare(name, sql, line)
        try await flush(line)
        _ = try await collect(line)
        if let evicted = statements.insert(key, name: name) { deallocations.append(evicted) }
        try await deallocate(line)
        return name
    }

    /// Tells the server to forget statements that fell out of the cache.
    private func deallocate(_ line: ServerLine) async throws {
        while let name = deallocations.popLast() {
            guard PQsendQuery(line.pointer, "DEALLOCATE \(name)") == 1 else { throw lost(line) }
            try await flush(line)
            _ = try await collect(line)
        }
    }

    func sendPrepare(_ name: String, _ sql: SQL, _ line: ServerLine) throws {
        let types = sql.parameters.types
        guard PQsendPrepare(line.pointer, name, sql.text, Int32(types.count), types) == 1 else { throw lost(line) }
    }

    func sendPrepared(_ name: String, _ parameters: SQLParameters, _ line: ServerLine) throws {
        let sent = parameters.withPointers { values, lengths, formats in
            PQsendQueryPrepared(line.pointer, name, Int32(parameters.count), values, lengths, formats, 1)
        }
        guard sent == 1 else { throw lost(line) }
    }
}

extension SQL {
    var cacheKey: StatementCache.Key {
        StatementCache.Key(text: text, types: parameters.types)
    }

    /// Refuses a statement that was put together wrongly.
    func check() throws {
        if let defect { throw PostgresError(.misuse, "The statement cannot be sent: \(defect).", query: text) }
        if text.holdsNUL { throw PostgresError(.misuse, "The statement holds a NUL character.") }
        if parameters.count > 65535 {
            throw PostgresError(
                .misuse,
                "A statement binds at most 65535 values; bind an array or use COPY.",
                query: text
            )
        }
    }
}

extension String {
    /// Whether C would take the text to end before its end.
    var holdsNUL: Bool {
        utf8.withContiguousStorageIfAvailable { $0.contains(0) } ?? utf8.contains(0)
    }
}

extension PostgresError {
    /// Whether a prepared statement no longer fits the tables, or is no longer there.
    var isStalePlan: Bool {
        switch code {
        case .server(.invalidStatementName): true
        case .server(.featureNotSupported): server?.sourceFunction == "RevalidateCachedQuery"
        default: false
        }
    }
}
