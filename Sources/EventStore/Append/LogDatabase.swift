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
    private let keys: KeyStore
    private let inline: [InlineProjection]
    private let logger: Logger
    private var connections: [PostgresConnection?] = [nil, nil, nil]

    /// The connections by their use.
    private enum Use: Int {
        case even = 0, odd = 1, lookups = 2
    }

    init(configuration: PostgresConfiguration, keys: KeyStore, inline: [InlineProjection], logger: Logger) {
        self.configuration = configuration
        self.keys = keys
        self.inline = inline
        self.logger = logger
    }

    /// Writes a batch, atomically. After an error the transaction is rolled back, or the connection gone.
    func write(_ plan: BatchPlan, turn: Int) async throws {
        let connection = try await connection(turn % 2 == 0 ? .even : .odd)
        do {
            _ = try await connection.script(BatchScript.text(for: plan, inline: inline), copying: [plan.rows])
        } catch {
            if connection.isHealthy { _ = try? await connection.script("ROLLBACK") }
            throw error
        }
    }

    /// Whether the batch, whose commit broke off, is in the log. Waits for a commit that is still under way.
    func isCommitted(_ plan: BatchPlan) async throws -> Bool {
        guard let first = plan.accepted.first?.receipt.events.first else { return false }
        let connection = try await connection(.lookups)
        return try await connection.withTransaction { connection in
            _ = try await connection.query("select size from log.head for update")
            let rows = try await connection.query(
                "select 1 from log.events where position = \(first.position) and id = \(first.id)"
            )
            return !rows.isEmpty
        }
    }

    /// How many events of others are looked through for their types; beyond, nothing is assumed of them.
    private static let observedEvents: Int64 = 100_000

    /// The end of the log, under the head lock, so that nothing is in flight before it; with the types of the events
    /// at and after `known`, if they are not too many.
    func loadTail(observing known: Int64?) async throws -> LogTail {
        let connection = try await connection(.lookups)
        return try await connection.withTransaction { connection in
            let rows = try await connection.query("select size, edge, recorded_at from log.head for update")
            guard let row = rows.first else {
                throw LogReadError.noHead
            }
            let (size, edge) = try row.decode((Int64, [UInt8]).self)
            // An empty log has no newest event; its head says -infinity, which no timestamp of ours is.
            let recordedAt = size == 0 ? Timestamp(microseconds: 0) : try row.decode("recorded_at", as: Timestamp.self)
            var tail = LogTail(
                size: size,
                range: try CompactRange(size: size, edge: edge),
                recordedAt: recordedAt,
                key: try keys.current()
            )
            guard let known, size - known <= Self.observedEvents else { return tail }
            let types = try await connection.query(
                "select type, max(position) from log.events where position >= \(known) group by type"
            )
            for row in types {
                let (type, position) = try row.decode((String, Int64).self)
                tail.newestOfType[EventType(rawValue: type)] = position
            }
            tail.isObserved = true
            return tail
        }
    }

    /// Looks up what the tail did not know.
    func lookUp(_ needs: LookupNeeds) async throws -> Lookups {
        var found = Lookups()
        guard !needs.isEmpty else { return found }
        let connection = try await connection(.lookups)
        if !needs.streams.isEmpty {
            for row in try await connection.query("select * from log.next_versions(\(Array(needs.streams)))") {
                let (stream, next) = try row.decode((String, Int64).self)
                found.nextVersions[stream] = next
            }
        }
        if !needs.ids.isEmpty {
            for row in try await connection.query("select * from log.find_ids(\(Array(needs.ids)))") {
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
                "select * from log.find_keys(\(names.map(\.scope)), \(names.map(\.key)))"
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
        let connection = try await PostgresConnection.connect(configuration, logger: logger)
        try await connection.becomeWriter()
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
