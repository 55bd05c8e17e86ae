import Foundation
import OpenSSL
package import Redis
import Synchronization

/// Cells in Redis, which decides about them in one step and on its own clock: all replicas together admit no more than
/// one would.
///
/// Redis is not told who they are of: keys are keyed digests (HMAC-SHA-256) under a secret of the log's, and go by
/// themselves when they count no more.
package final class RedisCells: SharedCells {
    private static let prefix = Array("daybook:limit:".utf8)
    private static let probeKey = prefix + Array("probe".utf8)

    private let pool: RedisPool
    private let script: RedisScript
    private let secret: @Sendable () throws -> [UInt8]
    private let knownSecret = Mutex<[UInt8]?>(nil)
    /// Whether Redis answers and does not count, as one does whose memory is full or that may only be read.
    private let refuses = Atomic<Bool>(false)

    /// - Parameter secret: the same in every replica. Asked for each time, so that those that are running count together
    ///   with those that start after the log's keys were replaced; where it cannot be had, the one before is used.
    package init(_ pool: RedisPool, secret: @escaping @Sendable () throws -> [UInt8]) throws {
        self.pool = pool
        self.secret = secret
        let file = Bundle.module.bundleURL.appendingPathComponent("Lua/gcra.lua")
        script = RedisScript(try String(contentsOf: file, encoding: .utf8))
    }

    package var isReachable: Bool { pool.availability.isAvailable && !refuses.load(ordering: .relaxed) }

    package func probe() async {
        guard pool.availability.isAvailable else { return }
        do throws(RedisError) {
            let request = [Array("1000000".utf8), Array("1".utf8), Array(String(CellRequest.Mode.note.rawValue).utf8)]
            _ = try await pool.evaluate(script, keys: [Self.probeKey], arguments: request)
            refuses.store(false, ordering: .relaxed)
        } catch {
            if error.code == .server { refuses.store(true, ordering: .relaxed) }
        }
    }

    package func decide(_ requests: [CellRequest]) async throws -> CellAnswer {
        let secret = try currentSecret()
        var keys: [[UInt8]] = []
        var arguments: [[UInt8]] = []
        for request in requests {
            keys.append(Self.name(of: request.key, secret))
            for number in [request.rate.interval, request.rate.burst, request.mode.rawValue] {
                arguments.append(Array(String(number).utf8))
            }
        }
        let reply = try await pool.evaluate(script, keys: keys, arguments: arguments)
        guard let numbers = reply.elements?.map(\.integer), numbers.count == requests.count + 1,
            let isAdmitted = numbers.last ?? nil
        else { throw SharedCellsError.malformed }
        let leads = numbers.dropLast().compactMap { $0 }
        // None is further ahead than a full burst; whatever says so is not the script.
        guard leads.count == requests.count,
            zip(leads, requests).allSatisfy({ (0...$1.rate.depth).contains($0) })
        else { throw SharedCellsError.malformed }
        return CellAnswer(isAdmitted: isAdmitted == 1, leads: leads)
    }

    private func currentSecret() throws -> [UInt8] {
        do {
            let current = try secret()
            knownSecret.withLock { $0 = current }
            return current
        } catch {
            guard let known = knownSecret.withLock({ $0 }) else { throw error }
            return known
        }
    }

    private static func name(of key: CellKey, _ secret: [UInt8]) -> [UInt8] {
        let digest = HMAC.sha256(key: secret, message: key.bytes)
        return prefix + Array(Base64.encode(Array(digest.bytes.prefix(16)), .urlSafe).utf8)
    }
}
