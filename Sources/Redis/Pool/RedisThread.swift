import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A thread that holds one connection and carries out what callers queue, many in a round trip.
///
/// While it rests it watches the connection, so that a server's end is noticed before anybody asks.
final class RedisThread: Sendable {
    private let exchanges: RedisExchanges
    private let wakeRead: Int32
    private let wakeWrite: Int32

    init(_ exchanges: RedisExchanges) throws(RedisError) {
        self.exchanges = exchanges
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw RedisError(.connectionLost, "No descriptor is left for a connection to Redis.")
        }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (wakeRead, wakeWrite) = (ends[0], ends[1])
    }

    deinit {
        close(wakeRead)
        close(wakeWrite)
    }

    func start(number: Int) {
        let thread = Thread { self.run() }
        thread.name = "redis-\(number)"
        thread.start()
    }

    /// From any thread.
    func wake() {
        var byte: UInt8 = 1
        _ = write(wakeWrite, &byte, 1)
    }

    private func run() {
        var line: RedisLine?
        var generation: Int?
        while true {
            switch exchanges.next(for: self, generation: generation) {
            case .stop: return
            case .connect(let current):
                line = nil
                generation = nil
                do throws(RedisError) {
                    line = try RedisLine(exchanges.configuration)
                    generation = current
                    exchanges.connected(generation: current)
                } catch {
                    if let end = exchanges.failedToConnect(error, generation: current) {
                        _ = rest(until: end, watching: nil)
                    }
                }
            case .exchange(let batch):
                do throws(RedisError) {
                    exchanges.finished(batch, try Self.carryOut(batch, on: line))
                } catch {
                    line = nil
                    exchanges.failed(batch, error, generation: generation ?? -1)
                    generation = nil
                }
            case .rest(let end):
                let isConnected = generation != nil && end == nil
                let hasEnded = rest(until: end, watching: isConnected ? line?.descriptor : nil)
                exchanges.wakened(self)
                if hasEnded {
                    line = nil
                    let error = RedisError(.connectionLost, "Redis closed the connection.")
                    exchanges.failed([], error, generation: generation ?? -1)
                    generation = nil
                }
            }
        }
    }

    private static func carryOut(
        _ batch: [PendingExchange],
        on line: RedisLine?
    ) throws(RedisError) -> [RedisReply] {
        guard let line else { throw RedisError(.connectionLost, "There is no connection to Redis.") }
        return try line.exchange(
            batch.count == 1 ? batch[0].commands : batch.flatMap(\.commands),
            count: batch.reduce(0) { $0 + $1.count },
            until: batch.map(\.deadline).min() ?? .now
        )
    }

    /// Answers whether the connection ended.
    private func rest(until end: ContinuousClock.Instant?, watching descriptor: Int32?) -> Bool {
        var entries = [pollfd(fd: wakeRead, events: Int16(POLLIN), revents: 0)]
        if let descriptor { entries.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)) }
        let limit = end.map { ($0 - ContinuousClock.now).pollMilliseconds } ?? -1
        guard poll(&entries, nfds_t(entries.count), limit) > 0 else { return false }
        if entries[0].revents != 0 {
            var bytes = [UInt8](repeating: 0, count: 64)
            while read(wakeRead, &bytes, bytes.count) == bytes.count {}
        }
        return entries.count > 1 && entries[1].revents != 0
    }
}
