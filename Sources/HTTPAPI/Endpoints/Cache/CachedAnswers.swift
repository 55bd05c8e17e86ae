package import Caching
import HTTPTypes
import OpenSSL
import Time

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
        /// From when on the clock makes it another.
        var until: Timestamp?
    }

    /// An answer, and until which position it is known to hold.
    struct Kept: Sendable {
        /// Nil where there is nothing to show. Its version is that of its content.
        var reply: Reply?
        var holdsAt: Int64
    }

    /// How many events this server has told of: nothing that it answers takes fewer into account.
    var seen: Int64 { cache.horizon.seen }

    /// The answer to whoever asks in that form: kept, or made by `make`. Nil where it cannot be kept.
    ///
    /// - Parameter reach: a text of all that decides on what the reader sees.
    func answer(
        _ namespace: CacheNamespace,
        reach: String,
        tags: [CacheTag],
        _ form: AnswerForm,
        make: @escaping @Sendable (_ atLeast: Int64) async throws -> Made
    ) async throws -> Kept? {
        let text = "\(form.format.name) \(reach) \(form.target)"
        guard cache.isOn, let key = try? cache.key(namespace, text) else { return nil }
        let answer = try await cache.value(key, tags: tags) { atLeast in
            let made = try await make(atLeast)
            return LoadedValue(made.reply.map(Self.packed), size: made.size, until: made.until)
        }
        let reply = try answer.value.bytes.map { try Self.unpacked($0, form.format) }
        return Kept(reply: reply, holdsAt: answer.holdsAt)
    }

    // MARK: As bytes

    private static let codeLength = 16
    private static let tailLength = 4 + codeLength + 8

    /// The body, then the `Link` field, its length, the code of the content, and the position.
    private static func packed(_ reply: Reply) -> [UInt8] {
        guard case .bytes(var bytes) = reply.body else { return [] }
        let code = Array((EntityVersion(0, content: reply).variant ?? "").utf8.prefix(codeLength))
        let link = Array((reply.headers[.link] ?? "").utf8)
        bytes.append(contentsOf: link)
        withUnsafeBytes(of: UInt32(link.count).bigEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: code + [UInt8](repeating: 0x2D, count: codeLength - code.count))
        withUnsafeBytes(of: (reply.position ?? -1).bigEndian) { bytes.append(contentsOf: $0) }
        return bytes
    }

    private static func unpacked(_ bytes: [UInt8], _ format: MediaType) throws -> Reply {
        guard bytes.count >= tailLength else { throw EndpointError("A kept answer is cut short.") }
        let tail = bytes.count - tailLength
        let position = bytes.suffix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) }
        let length = Int(bytes[tail..<(tail + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
        let code = String(decoding: bytes[(tail + 4)..<(tail + 4 + codeLength)], as: UTF8.self)
        let end = tail - length
        guard end >= 0 else { throw EndpointError("A kept answer is cut short.") }
        var reply = Reply(.ok, .part(bytes[..<end]), format, position: position < 0 ? nil : position)
        if length > 0 { reply.headers[.link] = String(decoding: bytes[end..<tail], as: UTF8.self) }
        if position >= 0 { reply.version = EntityVersion(position, variant: code) }
        return reply
    }
}
