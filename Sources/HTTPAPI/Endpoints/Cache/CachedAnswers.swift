package import Caching
import HTTPTypes

/// Answers as they go out, kept in the cache.
///
/// What an answer depends on beside the log is in its key: the path and query as sent, the format, and what the reader
/// may see. Whether the reader may ask at all is decided before, each time.
package struct CachedAnswers: Sendable {
    let cache: Cache

    package init(_ cache: Cache) {
        self.cache = cache
    }

    /// An answer made anew.
    struct Made: Sendable {
        /// Nil where there is nothing to show.
        var reply: Reply?
        /// How many events were taken into account.
        var size: Int64
        var ttl: Duration?
    }

    /// An answer, and until which position it is known to hold.
    struct Kept {
        /// Nil where there is nothing to show.
        var reply: Reply?
        var holdsAt: Int64
    }

    /// The answer to a request: kept, or made by `make`. Nil where it cannot be kept.
    ///
    /// - Parameter reach: a text of all that decides on what the reader sees.
    func answer(
        _ namespace: CacheNamespace,
        reach: String,
        tags: [CacheTag],
        _ context: RequestContext,
        make: @escaping @Sendable (_ atLeast: Int64) async throws -> Made
    ) async throws -> Kept? {
        let text = "\(context.format.name) \(reach) \(context.target)"
        guard cache.isOn, let key = try? cache.key(namespace, text) else { return nil }
        let answer = try await cache.value(key, tags: tags) { atLeast in
            let made = try await make(atLeast)
            return LoadedValue(made.reply.map(Self.packed), size: made.size, ttl: made.ttl)
        }
        let reply = try answer.value.bytes.map { try Self.unpacked($0, context.format) }
        return Kept(reply: reply, holdsAt: answer.holdsAt)
    }

    // MARK: As bytes

    /// The body, then the `Link` field, its length, and the position.
    private static func packed(_ reply: Reply) -> [UInt8] {
        guard case .bytes(var bytes) = reply.body else { return [] }
        let link = Array((reply.headers[.link] ?? "").utf8)
        bytes.append(contentsOf: link)
        withUnsafeBytes(of: UInt32(link.count).bigEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: (reply.position ?? -1).bigEndian) { bytes.append(contentsOf: $0) }
        return bytes
    }

    private static func unpacked(_ bytes: [UInt8], _ format: MediaType) throws -> Reply {
        guard bytes.count >= 12 else { throw EndpointError("A kept answer is cut short.") }
        let position = bytes.suffix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) }
        let length = Int(bytes[(bytes.count - 12)..<(bytes.count - 8)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
        let end = bytes.count - 12 - length
        guard end >= 0 else { throw EndpointError("A kept answer is cut short.") }
        var reply = Reply(.ok, .part(bytes[..<end]), format, position: position < 0 ? nil : position)
        if length > 0 { reply.headers[.link] = String(decoding: bytes[end..<(end + length)], as: UTF8.self) }
        return reply
    }
}
