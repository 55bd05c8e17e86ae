package import EventStore
import Events
import Foundation
package import Logging
package import Postgres
package import ProjectionEngine
import Synchronization
package import Time

/// Makes reports into files: asks for them, makes them in turn, hands them out, sends and removes them.
///
/// Every step is an event; what is known of an export is read from read model `exports`. Files are kept in a storage,
/// under names that say nothing.
package final class ExportService: Sendable {
    let store: EventStore
    let pool: PostgresPool
    let history: ExportHistory
    let tables: ReadModelTables
    let statements: ReportStatements
    let authority: any ExportAuthority
    let running = RunningExports()
    /// How many requests have their rows counted.
    let counting = Mutex(0)
    let clock: @Sendable () -> Timestamp
    let logger: Logger
    /// Tells owners how their exports get on.
    package let hub: ExportHub
    /// Where files are kept.
    package let storage: any ExportStorage
    /// The formats.
    package let rendering: ExportRendering
    /// How exports are made here.
    package let settings: ExportSettings
    /// How files are sent; nil where no mail can be.
    package let mailer: ExportMailer?

    /// A service over a log and the read models in the same database.
    ///
    /// - Parameter pool: for what goes on behind requests.
    package init(
        store: EventStore,
        pool: PostgresPool,
        engine: ProjectionEngine,
        authority: any ExportAuthority,
        storage: any ExportStorage,
        rendering: ExportRendering = ExportRendering(),
        settings: ExportSettings = ExportSettings(),
        mailer: ExportMailer? = nil,
        clock: @escaping @Sendable () -> Timestamp = { .now() },
        logger: Logger
    ) throws {
        self.store = store
        self.pool = pool
        self.authority = authority
        self.storage = storage
        self.rendering = rendering
        self.settings = settings
        self.mailer = mailer
        self.clock = clock
        self.logger = logger
        hub = ExportHub(store: store, logger: logger)
        history = try ExportHistory(store: store, pool: pool, engine: engine)
        tables = try ReadModelTables(engine: engine, pool: pool)
        statements = try ReportStatements()
    }

    /// The report of a name: one of those that there are, or a table of a read model.
    package func report(_ name: String) async throws -> ExportReport? {
        if let report = ExportReport.all.first(where: { $0.name == name }) { return report }
        return try await tables.report(name)
    }

    // MARK: Recording

    /// The streams of this service.
    enum Stream {
        static func export(_ id: String) -> String { "export-\(id)" }
        static func mailing(_ id: String) -> String { "export-mailing-\(id)" }
        static func batch(_ id: String) -> String { "export-batch-\(id)" }
        static func schedule(_ id: String) -> String { "export-schedule-\(id)" }

        /// The export whose stream it is; nil for other streams.
        static func export(of stream: String) -> String? {
            let others = [mailing(""), batch(""), schedule("")]
            guard stream.hasPrefix(export("")), !others.contains(where: stream.hasPrefix) else { return nil }
            return String(stream.dropFirst(export("").count))
        }

        /// The batch whose stream it is.
        static func batch(of stream: String) -> String? {
            stream.hasPrefix(batch("")) ? String(stream.dropFirst(batch("").count)) : nil
        }
    }

    /// Appends events to streams, in one commit.
    ///
    /// - Parameter cause: the event that led to them.
    func append(
        _ streams: [StreamAppend],
        by author: Author,
        causedBy cause: UUID? = nil
    ) async throws -> Receipt {
        try await store.append(
            AppendRequest(
                streams: streams,
                actor: author.id,
                correlationID: author.correlationID,
                causationID: cause,
                idempotency: author.idempotency
            )
        )
    }

    @discardableResult
    func append(
        _ event: some EventPayload,
        to stream: String,
        branch: String? = nil,
        by author: Author,
        causedBy cause: UUID? = nil
    ) async throws -> Receipt {
        try await append(
            [StreamAppend(stream: stream, events: [NewEvent(event, branch: branch)])],
            by: author,
            causedBy: cause
        )
    }

    /// Appends one event to a stream that it was decided on by, and decides anew where the stream got on meanwhile.
    ///
    /// - Parameter decide: what is appended, from what is recorded by then.
    /// - Throws: what `decide` throws; ``ExportError`` `.conflict` where the stream got on again and again.
    func append(
        to stream: String,
        by author: Author,
        deciding decide: () async throws -> NewEvent
    ) async throws -> Receipt {
        for _ in 0..<8 {
            let expected: ExpectedVersion = try await newest(of: stream).map { .exact($0.version) } ?? .none
            let event: NewEvent
            do { event = try await decide() } catch {
                // The same request may have been under way, and is what is refused now.
                if let receipt = try await earlier(author) { return receipt }
                throw error
            }
            do {
                return try await append([StreamAppend(stream: stream, expected: expected, events: [event])], by: author)
            } catch let error as AppendError {
                guard case .versionConflict = error.code else { throw error }
            }
        }
        throw ExportError(.conflict, "It kept getting on meanwhile. Try again.")
    }

    /// The version of the newest event of a stream, and its type.
    func newest(of stream: String) async throws -> (version: Int64, type: EventType)? {
        try await store.reader.streamBackwards(stream, limit: 1).first.map { ($0.header.version, $0.header.type) }
    }
}
