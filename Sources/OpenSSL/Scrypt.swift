import COpenSSL

/// A key from words that somebody remembers: scrypt (RFC 7914).
package struct Scrypt: Sendable, Hashable {
    /// The cost in time and memory, a power of two.
    package var cost: UInt64
    /// The block size.
    package var blockSize: UInt64
    /// The parallelisation.
    package var parallelism: UInt64

    /// 64 MB and a quarter of a second or so.
    package static let recommended = Scrypt(cost: 1 << 16, blockSize: 8, parallelism: 1)
    /// What a file may ask for: more would take the machine.
    private static let memoryLimit: UInt64 = 512 << 20

    /// Parameters.
    package init(cost: UInt64, blockSize: UInt64, parallelism: UInt64) {
        self.cost = cost
        self.blockSize = blockSize
        self.parallelism = parallelism
    }

    /// Derives a key of `length` bytes. Throws where the parameters are none, or take more than 512 MB.
    package func key(from passphrase: String, salt: [UInt8], length: Int) throws(OpenSSLError) -> [UInt8] {
        var key = [UInt8](repeating: 0, count: length)
        let words = Array(passphrase.utf8)
        let made = words.withUnsafeBytes { words in
            EVP_PBE_scrypt(
                words.bindMemory(to: CChar.self).baseAddress,
                words.count,
                salt,
                salt.count,
                cost,
                blockSize,
                parallelism,
                Self.memoryLimit,
                &key,
                length
            )
        }
        guard made == 1 else { throw .last(.libraryFailure, "The key could not be derived from the passphrase") }
        return key
    }
}
