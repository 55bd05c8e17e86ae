import EventStore
package import Events
import JSON
import Postgres
package import Time

/// Logs of a stretch of time, page by page as they are asked for, oldest first.
package struct LogExportPages: AsyncSequence, Sendable {
    let reader: LogReader
    let positions: Range<Int64>
    let types: Set<EventType>
    let format: LogExportFormat
    let base: String
    let product: String
    /// Turns fields into a line of CSV.
    let csv: @Sendable ([String]) -> [UInt8]

    /// Reads on demand.
    package struct AsyncIterator: AsyncIteratorProtocol {
        let pages: LogExportPages
        var position: Int64
        var isHeaderDue: Bool

        /// The next lines; nil after the last ones.
        package mutating func next() async throws -> [UInt8]? {
            guard position < pages.positions.upperBound || isHeaderDue else { return nil }
            var json = JSONWriter(reservingCapacity: 65_536)
            if isHeaderDue { json.bytes = pages.csv(ExportedLog.columns) }
            isHeaderDue = false
            let events = try await pages.reader.events(
                from: position,
                below: pages.positions.upperBound,
                types: pages.types,
                limit: 200
            )
            position = events.last.map { $0.position + 1 } ?? pages.positions.upperBound
            for event in events {
                for line in ExportedLog.lines(of: event) {
                    switch pages.format {
                    case .ndjson: line.appendJSON(to: &json, base: pages.base)
                    case .ocsf: line.appendOCSF(to: &json, base: pages.base, product: pages.product)
                    case .csv: json.bytes += pages.csv(line.fields(base: pages.base))
                    }
                }
            }
            return json.bytes
        }
    }

    /// A reader of its own.
    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(pages: self, position: positions.lowerBound, isHeaderDue: format == .csv)
    }
}

extension LogExportPart {
    /// The types of events that it takes in.
    package var types: Set<EventType> {
        switch self {
        case .entries: [Logs.Entry.type]
        case .requests: [Logs.RequestsRecorded.type]
        case .system:
            Set(EventCatalogue.all.map(\.type).filter { $0.rawValue.hasPrefix("logs.") })
                .subtracting(LogExportPart.entries.types).subtracting(LogExportPart.requests.types)
        case .audit: Set(EventCatalogue.all.map(\.type).filter { !$0.rawValue.hasPrefix("logs.") })
        }
    }
}

extension MonitoringService {
    /// How many lines an export will have, without its header.
    package func count(_ pages: LogExportPages) async throws -> Int64 {
        guard !pages.types.isEmpty else { return 0 }
        let (from, below) = (pages.positions.lowerBound, pages.positions.upperBound)
        let statement = SQL(unescaped: reader.sql.exportCount, from, below, pages.types.map(\.rawValue).sorted())
        return try await reader.pool.query(statement, deadline: .seconds(60)).first?.decode(Int64.self) ?? 0
    }

    /// Logs of a stretch of time in some form. The plan's exportLogs.
    ///
    /// - Parameters:
    ///   - types: what is taken in; of what the reader may see.
    ///   - base: what proof URLs begin with.
    ///   - product: the version of the program.
    ///   - csv: turns fields into a line of CSV.
    package func exportLogs(
        from: Timestamp,
        to: Timestamp,
        types: Set<EventType>,
        format: LogExportFormat,
        base: String,
        product: String,
        csv: @escaping @Sendable ([String]) -> [UInt8]
    ) async throws -> LogExportPages {
        await requests.record()
        await recordEntries()
        let size = try await store.head().size
        let first = try await store.reader.size(at: Timestamp(microseconds: from.microseconds - 1))
        let below = min(size, try await store.reader.size(at: to))
        return LogExportPages(
            reader: store.reader,
            positions: min(first, below)..<below,
            types: types,
            format: format,
            base: base,
            product: product,
            csv: csv
        )
    }
}
