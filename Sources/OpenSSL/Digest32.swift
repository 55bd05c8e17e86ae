/// A 32-byte digest, stored inline.
///
/// Equality is not constant-time; compare secrets with ``ConstantTime``.
public struct Digest32: Sendable, Hashable {
    /// The number of bytes in a digest.
    public static let byteCount = 32

    /// The digest whose bytes are all zero.
    public static let zero = Digest32(words: (0, 0, 0, 0))

    // Four words in memory order: the bytes of the digest are the bytes of the value.
    private var word0: UInt64
    private var word1: UInt64
    private var word2: UInt64
    private var word3: UInt64

    private init(words: (UInt64, UInt64, UInt64, UInt64)) {
        (word0, word1, word2, word3) = words
    }

    /// A digest of exactly these bytes; nil unless there are 32.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self = .zero
        withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
    }

    /// A digest of the 32 bytes at the start of a buffer; nil if it holds fewer.
    public init?(loadingFrom buffer: UnsafeRawBufferPointer) {
        guard buffer.count >= Self.byteCount else { return nil }
        self = buffer.loadUnaligned(as: Digest32.self)
    }

    /// The digest's bytes as an array.
    public var bytes: [UInt8] {
        withUnsafeBytes { [UInt8]($0) }
    }

    /// Lends the digest's 32 bytes.
    public func withUnsafeBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        try Swift.withUnsafeBytes(of: self, body)
    }

    /// Lends the digest's 32 bytes to be overwritten.
    package mutating func withUnsafeMutableBytes<R, E: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try Swift.withUnsafeMutableBytes(of: &self, body)
    }

    /// Appends the digest's 32 bytes.
    public func append(to bytes: inout [UInt8]) {
        withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
}
