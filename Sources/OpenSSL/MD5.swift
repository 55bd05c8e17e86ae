import COpenSSL

/// MD5, for protocols that compare it against what a wire did (`Content-MD5`, the ETags of S3). Not for anything that has
/// to withstand forgery.
package enum MD5 {
    /// The 16 bytes of the digest.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 16)
        var length: UInt32 = 16
        _ = EVP_Digest(bytes, bytes.count, &digest, &length, EVP_md5(), nil)
        return digest
    }
}
