import EventStore
import JSON
import Postgres
import Time

/// Lines of the audit log, and what part of the log they come from.
package struct AuditPage<Line: Sendable>: Sendable {
    /// The lines, newest first.
    package var lines: [Line]
    /// How many events of the log the answer takes into account.
    package var size: Int64
    /// The position to go on below; nil when there is no more.
    package var next: Int64?
}

extension AuditService {
    /// A page of the history, newest first.
    ///
    /// - Parameters:
    ///   - below: where the page before ended.
    ///   - limit: how many lines at most.
    package func events(
        _ filter: AuditFilter,
        asOf moment: AuditMoment = .now,
        below: Int64? = nil,
        limit: Int,
        by reader: AuditReader
    ) async throws -> AuditPage<AuditEntry> {
        let size = try await size(at: moment)
        let positions = try await positions(filter, size: size, below: below)
        let page = try await entries(filter, positions, limit: limit, reader.sight)
        try await record(
            .events,
            filter: asked(filter, size: size, below: below),
            returned: Int64(page.lines.count),
            text: filter.text,
            by: reader
        )
        return AuditPage(lines: page.lines, size: size, next: page.next)
    }

    /// All of the history that fits the filter, newest first, page by page as the reader takes it.
    ///
    /// Returns once it is recorded how much will be shown. An answer about the first N events does not change while it
    /// is read, but for what is erased meanwhile.
    package func export(
        _ filter: AuditFilter,
        asOf moment: AuditMoment = .now,
        below: Int64? = nil,
        page: Int = 500,
        by reader: AuditReader
    ) async throws -> (pages: AuditPages, size: Int64) {
        let size = try await size(at: moment)
        let positions = try await positions(filter, size: size, below: below)
        let conditions = AuditConditions(positions, filter, reader.sight)
        let count = try await pool.query(countSQL.filled(["conditions": conditions.sql]), deadline: deadline).first
        try await record(
            .export,
            filter: asked(filter, size: size, below: below),
            returned: try count?.decode(Int64.self) ?? 0,
            text: filter.text,
            by: reader
        )
        return (AuditPages(service: self, filter: filter, sight: reader.sight, positions: positions, page: page), size)
    }

    /// The lines of a range of positions, newest first; `next` is set when there are more.
    func entries(
        _ filter: AuditFilter,
        _ positions: Range<Int64>,
        limit: Int,
        _ sight: AuditSight
    ) async throws -> (lines: [AuditEntry], next: Int64?) {
        guard !positions.isEmpty else { return ([], nil) }
        let conditions = AuditConditions(positions, filter, sight)
        let sql = entriesSQL.filled(["conditions": conditions.sql, "limit": "\(Int64(limit) + 1)"])
        let rows = try await pool.query(sql, deadline: deadline)
        let lines = try rows.prefix(limit).map { try AuditEntry($0).seen(by: sight) }
        return (lines, rows.count > limit ? lines.last?.position : nil)
    }

    /// The positions that can fit: times are positions, see the log.
    func positions(_ filter: AuditFilter, size: Int64, below: Int64?) async throws -> Range<Int64> {
        var upper = min(size, below ?? .max)
        if let to = filter.to { upper = min(upper, try await store.reader.size(at: to)) }
        var lower: Int64 = 0
        if let from = filter.from {
            // What was recorded before `from` is out.
            lower = try await store.reader.size(at: Timestamp(microseconds: from.microseconds - 1))
        }
        return min(lower, upper)..<upper
    }

    private func asked(_ filter: AuditFilter, size: Int64, below: Int64?) -> JSONObject {
        var json = filter.json
        json["size"] = .number(JSONNumber(size))
        if let below { json["below"] = .number(JSONNumber(below)) }
        return json
    }
}

/// Pages of the history, read when they are asked for.
package struct AuditPages: AsyncSequence, Sendable {
    let service: AuditService
    let filter: AuditFilter
    let sight: AuditSight
    let positions: Range<Int64>
    let page: Int

    /// Reads on demand.
    package struct AsyncIterator: AsyncIteratorProtocol {
        let pages: AuditPages
        var rest: Range<Int64>?

        /// The next page; nil after the last one.
        package mutating func next() async throws -> [AuditEntry]? {
            guard let positions = rest else { return nil }
            let page = try await pages.service.entries(pages.filter, positions, limit: pages.page, pages.sight)
            rest = page.next.map { positions.lowerBound..<$0 }
            return page.lines.isEmpty ? nil : page.lines
        }
    }

    /// A reader of its own.
    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pages: self, rest: positions) }
}
