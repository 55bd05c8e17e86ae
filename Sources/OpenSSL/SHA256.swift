import COpenSSL

/// SHA-256 (FIPS 180-4) of data that arrives in pieces.
///
/// For data already in memory use the static functions, which need no state.
package struct SHA256: Sendable {
    private var context: SHA256_CTX

    package init() {
        context = SHA256_CTX()
        SHA256_Init(&context)
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        SHA256_Update(&context, bytes.baseAddress, bytes.count)
    }

    package mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    package mutating func update(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { update($0) }
    }

    package mutating func update(_ text: String) {
        var text = text
        text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
    }

    /// The digest of everything given so far. More may be given afterwards.
    package func finalize() -> Digest32 {
        var copy = context
        var digest = Digest32.zero
        digest.withUnsafeMutableBytes { output in
            _ = SHA256_Final(output.bindMemory(to: UInt8.self).baseAddress, &copy)
        }
        return digest
    }
}
