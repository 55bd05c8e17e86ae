import COpenSSL

/// SHA-1, for the one protocol that still asks for it: the handshake of WebSockets (RFC 6455, section 4.2.2), where it
/// protects nothing. Not for anything that has to withstand forgery.
package enum SHA1 {
    /// The 20 bytes of the digest.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 20)
        _ = COpenSSL.SHA1(bytes, bytes.count, &digest)
        return digest
    }
}
