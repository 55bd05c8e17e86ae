import COpenSSL

extension SHA256 {
    /// The digest of a buffer.
    package static func hash(_ bytes: UnsafeRawBufferPointer) -> Digest32 {
        hash(bytes, UnsafeRawBufferPointer(start: nil, count: 0))
    }

    /// The digest of two buffers joined, without joining them.
    package static func hash(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Digest32 {
        var digest = Digest32.zero
        digest.withUnsafeMutableBytes { output in
            daybook_sha256(
                first.baseAddress,
                first.count,
                second.baseAddress,
                second.count,
                output.bindMemory(to: UInt8.self).baseAddress
            )
        }
        return digest
    }

    package static func hash(_ bytes: [UInt8]) -> Digest32 {
        bytes.withUnsafeBytes { hash($0) }
    }

    package static func hash(_ bytes: ArraySlice<UInt8>) -> Digest32 {
        bytes.withUnsafeBytes { hash($0) }
    }

    package static func hash(_ first: [UInt8], _ second: [UInt8]) -> Digest32 {
        first.withUnsafeBytes { first in second.withUnsafeBytes { hash(first, $0) } }
    }

    /// The digest of a string's UTF-8.
    package static func hash(_ text: String) -> Digest32 {
        var text = text
        return text.withUTF8 { hash(UnsafeRawBufferPointer($0)) }
    }

    /// The digest of one byte followed by a buffer: the shape of an RFC 6962 leaf.
    package static func hash(prefix: UInt8, _ body: UnsafeRawBufferPointer) -> Digest32 {
        var digest = Digest32.zero
        digest.withUnsafeMutableBytes { output in
            daybook_sha256_prefixed(
                prefix,
                body.baseAddress,
                body.count,
                output.bindMemory(to: UInt8.self).baseAddress
            )
        }
        return digest
    }

    /// The digest of one byte followed by two digests: the shape of an RFC 6962 node.
    package static func hash(prefix: UInt8, _ left: Digest32, _ right: Digest32) -> Digest32 {
        var digest = Digest32.zero
        digest.withUnsafeMutableBytes { output in
            left.withUnsafeBytes { left in
                right.withUnsafeBytes { right in
                    daybook_sha256_pair(
                        prefix,
                        left.baseAddress,
                        right.baseAddress,
                        output.bindMemory(to: UInt8.self).baseAddress
                    )
                }
            }
        }
        return digest
    }
}
