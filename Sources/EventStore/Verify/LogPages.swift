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
    func forEach(_ body: (LogPage) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: LogPage.self) { group in
            var begun = range.lowerBound
            var hashed: [Int64: LogPage] = [:]
            for _ in 0...readers { begin(&begun, &group) }
            var position = range.lowerBound
            while position < range.upperBound {
                let page = try await take(position, &hashed, &group)
                try Task.checkCancellation()
                begin(&begun, &group)
                try await body(page)
                position = page.below
            }
        }
    }

    private func begin(_ begun: inout Int64, _ group: inout ThrowingTaskGroup<LogPage, any Error>) {
        guard begun < range.upperBound else { return }
        let first = begun
        let below = min(first + pageSize, range.upperBound)
        begun = below
        group.addTask { [pool] in try await LogPage.read(pool, from: first, below: below) }
    }

    /// Waits for the page at a position, whichever is hashed first.
    private func take(
        _ position: Int64,
        _ hashed: inout [Int64: LogPage],
        _ group: inout ThrowingTaskGroup<LogPage, any Error>
    ) async throws -> LogPage {
        while true {
            if let page = hashed.removeValue(forKey: position) { return page }
            guard let page = try await group.next() else { throw CancellationError() }
            hashed[page.first] = page
        }
    }
}
