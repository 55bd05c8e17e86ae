import COpenSSL

/// SHA-512 (FIPS 180-4), for protocols that ask for it by name.
package enum SHA512 {
    /// The 64 bytes of the digest.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 64)
        _ = COpenSSL.SHA512(bytes, bytes.count, &digest)
        return digest
    }
}

/// SHA-384 (FIPS 180-4), for protocols that ask for it by name.
package enum SHA384 {
    /// The 48 bytes of the digest.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 48)
        _ = COpenSSL.SHA384(bytes, bytes.count, &digest)
        return digest
    }
}
