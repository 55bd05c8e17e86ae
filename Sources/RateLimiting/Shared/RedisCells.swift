import Foundation
import OpenSSL
package import Redis

/// Cells in Redis, which decides about them in one step and on its own clock: all replicas together admit no more than
/// one would.
///
/// Redis is not told who they are of: keys are keyed digests (HMAC-SHA-256) under a secret of the log's, and go by
/// themselves when they count no more.
package struct RedisCells: SharedCells {
    private static let prefix = Array("daybook:limit:".utf8)

    private let pool: RedisPool
    private let script: RedisScript
    private let secret: @Sendable () throws -> [UInt8]

    /// - Parameter secret: the same in every replica.
    package init(_ pool: RedisPool, secret: @escaping @Sendable () throws -> [UInt8]) throws {
        self.pool = pool
        self.secret = secret
        let file = Bundle.module.bundleURL.appendingPathComponent("Lua/gcra.lua")
        script = RedisScript(try String(contentsOf: file, encoding: .utf8))
    }

    package var isReachable: Bool { pool.availability.isAvailable }

    package func decide(_ requests: [CellRequest]) async throws -> CellAnswer {
        let secret = try secret()
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
        guard leads.count == requests.count, leads.allSatisfy({ $0 >= 0 }) else { throw SharedCellsError.malformed }
        return CellAnswer(isAdmitted: isAdmitted == 1, leads: leads)
    }

    private static func name(of key: CellKey, _ secret: [UInt8]) -> [UInt8] {
        let digest = HMAC.sha256(key: secret, message: key.bytes)
        return prefix + Array(Base64.encode(Array(digest.bytes.prefix(16)), .urlSafe).utf8)
    }
}
