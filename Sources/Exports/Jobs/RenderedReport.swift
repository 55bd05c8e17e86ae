import EventStore
import Events
import Files
import Foundation
import MerkleLog
import OpenSSL
import Postgres
import Time

/// Streams the rows of a report through a renderer into a file: a batch on its way, one that came, one at work, and no more.
///
/// All rows come from one snapshot of the database in which the read models hold the position that the file names.
struct RenderedReport: Sendable {
    /// A file that was made.
    struct File: Sendable {
        var path: String
        var sha256: String
        var bytes: Int64
        var rows: Int64
        var pages: Int64?
        var size: Int64
        var rootHash: String
    }

    let service: ExportService
    let connection: PostgresConnection
    let plan: ExportPlan
    let scope: ExportScope
    let size: Int64

    /// Makes the file. Cancelled, it stops the query and leaves nothing.
    func make(_ id: String, _ attempt: Int64, _ stream: FencedStream) async throws -> File {
        // Also of what is past: the read models are to have erased what was erased before the export was begun.
        let erased = try await service.newestErasure().map { $0 + 1 } ?? 0
        try await service.history.hold(max(size, erased), in: plan.report.readModels)
        let scratch = try await service.storage.scratch()
        let path = "\(scratch)/\(ExportRecord.storedName(id, attempt, plan.order.format))"
        // Its name says whose it is where nobody comes to remove it.
        let parts = "\(scratch)/\(id)-\(attempt).\(ScratchFolder.partsSuffix)"
        try DurableFiles.makeDirectory(parts)
        defer { try? FileManager.default.removeItem(atPath: parts) }
        do {
            let (rows, size, root, pages) = try await connection.withTransaction(
                isolation: .repeatableRead,
                readOnly: true
            ) { connection in
                try await write(path, parts, id, attempt, stream, connection)
            }
            let (bytes, digest) = try Self.digest(path)
            return File(
                path: path,
                sha256: digest,
                bytes: bytes,
                rows: rows,
                pages: pages,
                size: size,
                rootHash: root
            )
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw (error as? PostgresTransactionError)?.cause ?? error
        }
    }

    private func write(
        _ path: String,
        _ scratch: String,
        _ id: String,
        _ attempt: Int64,
        _ stream: FencedStream,
        _ connection: PostgresConnection
    ) async throws -> (rows: Int64, size: Int64, root: String, pages: Int64?) {
        let size = try await size(in: connection)
        let root = try await service.store.prover.root(size: size)
        let facts = try await facts(size, Base64.encode(root.bytes))
        let query = ReportQuery(plan: plan, scope: scope, size: size, statements: service.statements)
        let limit = plan.order.format.rowLimit
        let total = try await connection.query(try query.count(upTo: limit + 1)).first?.decode(Int64.self) ?? 0
        guard total <= limit else {
            throw ExportError(.tooLarge, "These are more than \(limit) rows, which is the most for this format.")
        }
        var steps = ProgressSteps(total: total)
        service.running.update(id, .init(rows: 0, total: total))
        let feed = try RowFeed(service.rendering, plan, facts, path: path, scratch: scratch, query.currency != nil)
        try await withThrowingTaskGroup(of: Int64.self) { group in
            for try await batch in connection.stream(try query.rows(), batch: service.settings.batch) {
                // The batch before it was rendered while this one came.
                if let rows = try await group.next() {
                    service.running.update(id, .init(rows: rows, total: total))
                    if steps.isDue(rows) {
                        try await stream.append(
                            Events.Exports.Progressed(exportID: id, attempt: attempt, rows: rows, total: total)
                        )
                    }
                }
                // Elsewhere than on the connection's own thread, which reads meanwhile.
                group.addTask(executorPreference: globalConcurrentExecutor) { try await feed.take(batch) }
            }
            try await group.waitForAll()
        }
        try Task.checkCancellation()
        let (rows, pages) = try await feed.finish()
        return (rows, size, facts.rootHash, pages)
    }

    /// How many events the snapshot takes in: as many as asked for, or where a read model keeps no history, as many as it
    /// holds.
    private func size(in connection: PostgresConnection) async throws -> Int64 {
        guard plan.report.moments == .newest, let model = plan.report.readModels.first else { return size }
        let rows = try await connection.query(
            """
            select coalesce((select position from projections.state where name = \(model) and mode = 'following'),
                (select size from log.head))
            """
        )
        // It was waited for: what it has not come past is nothing to it.
        return max(try rows.first?.decode(Int64.self) ?? size, size)
    }

    private func facts(_ size: Int64, _ root: String) async throws -> ExportFacts {
        let last = try await service.store.reader.event(at: size - 1)
        return ExportFacts(
            title: plan.report.title,
            summary: plan.report.summary,
            origin: try await service.origin(),
            size: size,
            rootHash: root,
            moment: last?.header.recordedAt ?? .epoch,
            choices: plan.choices(scope),
            locale: plan.order.locale,
            zone: plan.order.zone,
            hasByteOrderMark: plan.order.hasByteOrderMark,
            chart: plan.report.chart
        )
    }

    private static func digest(_ path: String) throws -> (bytes: Int64, digest: String) {
        var hash = SHA256()
        var offset: Int64 = 0
        while true {
            let piece = try DurableFiles.read(path, from: offset, count: 1 << 20)
            if piece.isEmpty { break }
            hash.update(piece)
            offset += Int64(piece.count)
        }
        return (offset, hash.finalize().hex)
    }
}

/// Feeds a renderer with rows of the database.
private actor RowFeed {
    private let renderer: any ExportRenderer
    private let columns: [ExportColumn]
    private let hasCurrency: Bool
    private var row = ExportRow()
    private var rows: Int64 = 0

    init(
        _ rendering: ExportRendering,
        _ plan: ExportPlan,
        _ facts: ExportFacts,
        path: String,
        scratch: String,
        _ hasCurrency: Bool
    ) throws {
        renderer = try rendering.renderer(plan.order.format, path: path, scratch: scratch)
        columns = plan.columns
        self.hasCurrency = hasCurrency
        try renderer.begin(plan.columns, facts)
    }

    /// Returns how many rows there were so far.
    func take(_ batch: [PostgresRow]) throws -> Int64 {
        for source in batch {
            try row.fill(source, columns, hasCurrency: hasCurrency)
            try renderer.row(row)
        }
        rows += Int64(batch.count)
        return rows
    }

    func finish() throws -> (rows: Int64, pages: Int64?) { (rows, try renderer.finish().pages) }
}

/// When progress is worth an event: at each tenth of what takes long, and not twice within two seconds.
private struct ProgressSteps {
    private let total: Int64
    private var next: Int64
    private var last = ContinuousClock.now

    init(total: Int64) {
        self.total = total
        next = max(total / 10, 1)
    }

    mutating func isDue(_ rows: Int64) -> Bool {
        guard rows >= next, rows < total, ContinuousClock.now - last >= .seconds(2) else { return false }
        next = rows + max(total / 10, 1)
        last = .now
        return true
    }
}
