import Events
import Foundation
import Logging
import MerkleLog
import Postgres
import Time

/// What the appender asks of PostgreSQL, over two connections of its own: while one commits a batch, the next waits on
/// the other for the head lock, hashed and encoded.
actor LogDatabase {
    private let configuration: PostgresConfiguration
    private let inline: [InlineProjection]
    /// How long a statement may take before its connection is given up.
    private let deadline: Duration
    /// The same for a batch with an erasure.
    private let erasureDeadline: Duration
    private let logger: Logger
    private var connections: [PostgresConnection?] = [nil, nil, nil]

    /// The connections by their use.
    private enum Use: Int {
        case even = 0, odd = 1, lookups = 2

        init(turn: Int) {
            self = turn % 2 == 0 ? .even : .odd
        }
    }

    init(
        configuration: PostgresConfiguration,
        inline: [InlineProjection],
        deadline: Duration,
        erasureDeadline: Duration,
        logger: Logger
    ) {
        self.configuration = configuration
        self.inline = inline
        self.deadline = deadline
        self.erasureDeadline = erasureDeadline
        self.logger = logger
    }

    // MARK: Batches

    /// Writes a batch, atomically. After an error the transaction is rolled back or committed, or the connection gone; of
    /// one whose time was up once PostgreSQL had its rows, which of them `isCommitted` tells.
    ///
    /// From then on nothing is cancelled. A commit that waits for a synchronous standby would be taken for made: its
    /// events would be seen, and then lost in a failover. The session that was given up goes on waiting instead, with the
    /// head lock, for as long as the standby is away.
    func write(_ plan: BatchPlan, _ way: BatchWay) async throws {
        let connection = try await connection(Use(turn: way.turn))
        let script = BatchScript.text(for: plan, inline: inline, holdsHead: way.holdsHead)
        let deadline = plan.accepted.contains { $0.pending.isErasure } ? erasureDeadline : self.deadline
        await way.before?.wait()
        do {
            // PostgreSQL asks for the rows once the head is claimed.
            try await connection.script(script, copying: [plan.rows], deadline: deadline, leavingToServer: true) {
                way.claim.settle()
            }
        } catch {
            await rollBack(connection)
            throw error
        }
    }

    /// Whether the batch, whose commit broke off, is in the log. Waits for a commit that is still under way.
    func isCommitted(_ plan: BatchPlan) async throws -> Bool {
        guard let first = plan.accepted.first?.receipt.events.first else { return false }
        return try await withHead(.lookups) { connection, deadline in
            let rows = try await connection.query(
                "select 1 from log.events where position = \(first.position) and id = \(first.id)",
                deadline: deadline
            )
            return !rows.isEmpty
        }
    }

    /// Whether the streams that a batch without events found in its way still are as it found them. Another replica
    /// may have appended to them since.
    func confirms(_ plan: BatchPlan, turn: Int) async throws -> Bool {
        var nextVersions: [String: Int64] = [:]
        for case .failure(let error) in plan.answered.map(\.outcome) {
            if case .versionConflict(let stream, let current) = error.code {
                nextVersions[stream] = current.map { $0 + 1 } ?? 0
            }
        }
        guard !nextVersions.isEmpty else { return true }
        let rows = try await connection(Use(turn: turn)).query(
            "select * from log.next_versions(\(Array(nextVersions.keys)))",
            deadline: deadline
        )
        return try rows.allSatisfy { row in
            let (stream, next) = try row.decode((String, Int64).self)
            return nextVersions[stream] == next
        }
    }

    // MARK: The head

    /// How many events of others are looked through for their types; beyond, nothing is assumed of them.
    private static let observedEvents: Int64 = 100_000

    /// The end of the log, under the head lock, so that nothing is in flight before it; with the types of the events
    /// after the log as it was `known`, if they are not too many and it has not become another log.
    ///
    /// - Parameter turn: keeps the lock on this turn's connection, for `write` or `releaseHead`.
    func loadTail(observing known: KnownLog?, holding turn: Int?) async throws -> LogTail {
        let asked = ContinuousClock.now
        return try await withHead(turn.map { Use(turn: $0) } ?? .lookups, keeps: turn != nil) { connection, deadline in
            let rows = try await connection.query(
                "select size, edge, recorded_at from log.head",
                deadline: deadline
            )
            guard let row = rows.first else { throw LogReadError.noHead }
            let (size, edge) = try row.decode((Int64, [UInt8]).self)
            // An empty log has no newest event; its head says -infinity, which no timestamp of ours is.
            let recordedAt = size == 0 ? Timestamp(microseconds: 0) : try row.decode("recorded_at", as: Timestamp.self)
            var tail = LogTail(
                size: size,
                range: try CompactRange(size: size, edge: edge),
                recordedAt: recordedAt,
                retiredKeys: try await Self.retiredKeys(connection, deadline),
                loadedAt: asked
            )
            guard let known, size - known.size <= Self.observedEvents else { return tail }
            guard try await Self.isStillThere(known, connection, deadline) else {
                self.logger.critical(
                    "the log is another than it was, as after a failover to a standby that lacked the last commits",
                    metadata: ["events": "\(size)", "known": "\(known.size)"]
                )
                return tail
            }
            let types = try await connection.query(
                "select type, max(position) from log.events where position >= \(known.size) group by type",
                deadline: deadline
            )
            for row in types {
                let (type, position) = try row.decode((String, Int64).self)
                tail.newestOfType[EventType(rawValue: type)] = position
            }
            tail.isObserved = true
            return tail
        }
    }

    /// Whether the log still begins with what was known of it.
    private static func isStillThere(
        _ known: KnownLog,
        _ connection: PostgresConnection,
        _ deadline: Duration
    ) async throws -> Bool {
        guard known.size > 0 else { return true }
        let rows = try await connection.query(
            "select root from log.checkpoints where size = \(known.size)",
            deadline: deadline
        )
        return try rows.first?.hash("root") == known.root
    }

    /// Gives up the lock that `loadTail` kept.
    func releaseHead(turn: Int) async {
        if let connection = connections[Use(turn: turn).rawValue] { await rollBack(connection) }
    }

    /// A replica with keys of its own would go on signing with a key that another one has retired.
    private static func retiredKeys(_ connection: PostgresConnection, _ deadline: Duration) async throws -> Set<String>
    {
        let rows = try await connection.query(
            "select data ->> 'keyId' from log.events where type = \(Log.KeyRetired.type.rawValue) and data is not null",
            deadline: deadline
        )
        return try Set(rows.map { try $0.decode(String.self) })
    }

    /// Lends a connection in a transaction that has the head lock.
    private func withHead<R: Sendable>(
        _ use: Use,
        keeps: Bool = false,
        _ body: @Sendable (PostgresConnection, Duration) async throws -> R
    ) async throws -> R {
        let connection = try await connection(use)
        do {
            try await connection.script("BEGIN; SELECT size FROM log.head FOR UPDATE", deadline: deadline)
            let value = try await body(connection, deadline)
            if !keeps { try await connection.script("COMMIT", deadline: deadline) }
            return value
        } catch {
            await rollBack(connection)
            throw error
        }
    }

    private func rollBack(_ connection: PostgresConnection) async {
        guard connection.isHealthy else { return }
        do {
            try await connection.script("ROLLBACK", deadline: deadline)
        } catch {
            // In whatever state it is, it must not be used again.
            await connection.close()
        }
    }

    // MARK: Lookups

    /// Looks up what the tail did not know.
    func lookUp(_ needs: LookupNeeds) async throws -> Lookups {
        var found = Lookups()
        guard !needs.isEmpty else { return found }
        let connection = try await connection(.lookups)
        if !needs.streams.isEmpty {
            for row in try await connection.query(
                "select * from log.next_versions(\(Array(needs.streams)))",
                deadline: deadline
            ) {
                let (stream, next) = try row.decode((String, Int64).self)
                found.nextVersions[stream] = next
            }
        }
        if !needs.ids.isEmpty {
            for row in try await connection.query(
                "select * from log.find_ids(\(Array(needs.ids)))",
                deadline: deadline
            ) {
                let event = try Receipt.Event(row)
                found.ids[event.id] = Lookups.Found(
                    event: event,
                    type: try row.decode("type", as: String.self),
                    recordedAt: try row.decode("recorded_at", as: Timestamp.self),
                    checkpointSize: try row.decode("checkpoint_size", as: Int64.self)
                )
            }
        }
        if !needs.keys.isEmpty {
            let names = Array(needs.keys)
            let rows = try await connection.query(
                "select * from log.find_keys(\(names.map(\.scope)), \(names.map(\.key)))",
                deadline: deadline
            )
            for row in rows {
                let (scope, key) = try row.decode((String, String).self)
                let name = IdempotencyKey.Name(scope: scope, key: key)
                let first = Lookups.KeyUse(
                    requestDigest: try row.decode("request_digest", as: [UInt8].self),
                    receipt: Receipt(
                        events: [],
                        checkpointSize: try row.decode("checkpoint_size", as: Int64.self),
                        recordedAt: try row.decode("recorded_at", as: Timestamp.self),
                        isReplay: true
                    )
                )
                found.keys[name, default: first].receipt.events.append(try Receipt.Event(row))
            }
        }
        return found
    }

    /// Drops connections that are no longer of use.
    func discardBroken() async {
        for index in connections.indices {
            if let connection = connections[index], !connection.isHealthy {
                await connection.close()
                connections[index] = nil
            }
        }
    }

    /// Closes all connections.
    func close() async {
        for connection in connections { await connection?.close() }
        connections = [nil, nil, nil]
    }

    private func connection(_ use: Use) async throws -> PostgresConnection {
        if let connection = connections[use.rawValue] {
            if connection.isHealthy { return connection }
            await connection.close()
        }
        let connection = try await PostgresConnection.connect(configuration, logger: logger, deadline: deadline)
        try await connection.becomeWriter()
        // A session that was given up and works on ends by itself: it waits for no lock for ever. And the server cancels no
        // commit either, whatever the role's settings are.
        let milliseconds = Int(deadline / .milliseconds(1))
        try await connection.script("set statement_timeout = 0; set lock_timeout = \(milliseconds)", deadline: deadline)
        connections[use.rawValue] = connection
        return connection
    }
}

extension Receipt.Event {
    init(_ row: PostgresRow) throws {
        self.init(
            position: try row.decode("position", as: Int64.self),
            id: try row.decode("id", as: UUID.self),
            stream: try row.decode("stream", as: String.self),
            version: try row.decode("version", as: Int64.self),
            leaf: try row.hash("leaf")
        )
    }
}
