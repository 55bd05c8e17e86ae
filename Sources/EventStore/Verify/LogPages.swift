import Foundation
import Postgres

/// The pages of a range in order, a few of them read and hashed ahead, side by side.
struct LogPages {
    /// Big enough that a page's round trips do not count, small enough that a few of them are little memory.
    static let usualSize: Int64 = 8_192

    let pool: PostgresPool
    let range: Range<Int64>
    let pageSize: Int64

    /// One page for each processor, for each is hashed on a processor while PostgreSQL sends from another; but never
    /// more than half of the pool.
    private var readers: Int {
        max(1, min(ProcessInfo.processInfo.activeProcessorCount, pool.maximumConnections / 2))
    }

    /// Hands over each page in order. An error, or the task's cancellation, stops all reading.
    ///
    /// Where nothing is stored, however far, that is one page: a head or a row that claims positions which nobody could read
    /// one by one does not keep anybody busy.
    func forEach(_ body: (LogPage) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: LogPage.self) { group in
            var begun = range.lowerBound
            var hashed: [Int64: LogPage] = [:]
            for _ in 0...readers { begin(&begun, &group) }
            var position = range.lowerBound
            while position < range.upperBound {
                var page = try await take(position, &hashed, &begun, &group)
                try Task.checkCancellation()
                begin(&begun, &group)
                if page.isEmpty {
                    page.below = try await nextPage(from: page.below)
                    // Pages within the gap that were read ahead are passed over; their readers go on behind it.
                    begun = max(begun, page.below)
                    for first in hashed.keys where first < page.below {
                        hashed[first] = nil
                        begin(&begun, &group)
                    }
                }
                try await body(page)
                position = page.below
            }
        }
    }

    private func begin(_ begun: inout Int64, _ group: inout ThrowingTaskGroup<LogPage, any Error>) {
        guard begun < range.upperBound else { return }
        let first = begun
        let below = range.upperBound - first <= pageSize ? range.upperBound : first + pageSize
        begun = below
        group.addTask { [pool] in try await LogPage.read(pool, from: first, below: below) }
    }

    /// Waits for the page at a position, whichever is hashed first.
    private func take(
        _ position: Int64,
        _ hashed: inout [Int64: LogPage],
        _ begun: inout Int64,
        _ group: inout ThrowingTaskGroup<LogPage, any Error>
    ) async throws -> LogPage {
        while true {
            if let page = hashed.removeValue(forKey: position) { return page }
            guard let page = try await group.next() else { throw CancellationError() }
            if page.first < position { begin(&begun, &group) } else { hashed[page.first] = page }
        }
    }

    /// Where the page begins that holds whatever is stored next, from the beginning of a page on; the range's end if there
    /// is nothing more in it.
    private func nextPage(from first: Int64) async throws -> Int64 {
        guard first < range.upperBound else { return first }
        let sql = SQL(unescaped: try LogSchema.text("next-stored.sql"), first)
        let next = try await pool.query(sql, deadline: .seconds(300)).first?.decode(Int64?.self) ?? range.upperBound
        guard next < range.upperBound else { return range.upperBound }
        return first + (next - first) / pageSize * pageSize
    }
}
