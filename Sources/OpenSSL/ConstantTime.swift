import COpenSSL

/// Comparisons whose duration does not depend on where two values differ.
package enum ConstantTime {
    /// Whether two secrets are equal. Only their lengths may be learnt from the time taken.
    package static func equal(_ first: [UInt8], _ second: [UInt8]) -> Bool {
        guard first.count == second.count else { return false }
        return CRYPTO_memcmp(first, second, first.count) == 0
    }

    package static func equal(_ first: Digest32, _ second: Digest32) -> Bool {
        first.withUnsafeBytes { first in
            second.withUnsafeBytes { CRYPTO_memcmp(first.baseAddress, $0.baseAddress, first.count) == 0 }
        }
    }
}
