import Synchronization

/// A Lua script, which Redis runs as one step. Sent once to each server and named by its digest from then on.
package final class RedisScript: Sendable {
    package let source: String
    /// Learned from the server, which is the one that names it.
    private let digest = Mutex<[UInt8]?>(nil)

    package init(_ source: String) {
        self.source = source
    }

    var knownDigest: [UInt8]? { digest.withLock { $0 } }

    func learn(_ bytes: [UInt8]) { digest.withLock { $0 = bytes } }
}

extension RedisPool {
    /// Runs a script: by its digest, or, where the server does not know it (yet, or any more), by its text.
    ///
    /// Either way in one round trip, but for the first call after a server has forgotten its scripts, which takes two.
    package func evaluate(
        _ script: RedisScript,
        keys: [[UInt8]],
        arguments: [[UInt8]] = []
    ) async throws(RedisError) -> RedisReply {
        let operands = [Array(String(keys.count).utf8)] + keys + arguments
        if let digest = script.knownDigest {
            let reply = try await send([RedisCommand(parts: [Array("EVALSHA".utf8), digest] + operands)])[0]
            guard case .error(let message) = reply, message.hasPrefix("NOSCRIPT") else { return try reply.orThrow() }
        }
        let source = Array(script.source.utf8)
        let replies = try await send([
            RedisCommand("SCRIPT", "LOAD", source),
            RedisCommand(parts: [Array("EVAL".utf8), source] + operands),
        ])
        if let digest = replies[0].bytes { script.learn(digest) }
        return try replies[1].orThrow()
    }
}
