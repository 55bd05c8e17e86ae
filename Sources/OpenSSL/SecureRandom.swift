import COpenSSL

/// Bytes from OpenSSL's cryptographically secure generator, which seeds itself from the system.
///
/// Safe from any thread. A caller that needs many small values asks for them at once and cuts them up.
package enum SecureRandom {
    package static func bytes(_ count: Int) throws(OpenSSLError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let filled = bytes.withUnsafeMutableBytes { (buffer) -> Bool in fillReturningSuccess(buffer) }
        guard filled else { throw OpenSSLError(.randomUnavailable, "No secure random bytes could be had") }
        return bytes
    }

    package static func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(OpenSSLError) {
        guard fillReturningSuccess(buffer) else {
            throw OpenSSLError(.randomUnavailable, "No secure random bytes could be had")
        }
    }

    private static func fillReturningSuccess(_ buffer: UnsafeMutableRawBufferPointer) -> Bool {
        guard let count = Int32(exactly: buffer.count) else { return false }
        return count == 0 || RAND_bytes(buffer.bindMemory(to: UInt8.self).baseAddress, count) == 1
    }
}
