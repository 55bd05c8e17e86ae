import COpenSSL

/// Secure random bytes drawn in blocks, for one owner that needs many small values.
///
/// A draw from the generator costs about a microsecond however small, a thousand times the copy of 16 bytes.
/// It cannot be copied, so that no two owners hand out the same bytes, and it wipes what it has handed out.
package struct RandomReserve: ~Copyable, Sendable {
    private static let blockSize = 4096

    private var block: [UInt8] = []
    private var used = 0

    package init() {}

    /// The next bytes, never handed out before.
    package mutating func bytes(_ count: Int) throws(OpenSSLError) -> [UInt8] {
        guard count <= Self.blockSize else { return try SecureRandom.bytes(count) }
        if block.count - used < count {
            block = try SecureRandom.bytes(Self.blockSize)
            used = 0
        }
        defer { used += count }
        let range = used..<used + count
        return block.withUnsafeMutableBytes { block in
            let part = UnsafeMutableRawBufferPointer(rebasing: block[range])
            defer { OPENSSL_cleanse(part.baseAddress, part.count) }
            return [UInt8](part)
        }
    }
}
