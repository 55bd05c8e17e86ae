/// Keys from a secret (RFC 5869), with SHA-256.
package enum HKDF {
    /// Makes a uniformly random key of a secret that is not one.
    package static func extract(_ secret: [UInt8], salt: [UInt8]) -> [UInt8] {
        HMAC.sha256(key: salt, message: secret).bytes
    }

    /// Makes as many bytes as are asked for, at most 8,160, of a uniformly random key.
    package static func expand(_ key: [UInt8], info: [UInt8], count: Int) -> [UInt8] {
        var output: [UInt8] = []
        var block: [UInt8] = []
        var number: UInt8 = 0
        while output.count < count {
            number += 1
            block = HMAC.sha256(key: key, message: block + info + [number]).bytes
            output += block
        }
        return Array(output.prefix(count))
    }
}
