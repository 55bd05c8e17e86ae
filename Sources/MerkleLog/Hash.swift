public import OpenSSL

/// A SHA-256 hash in the tree: of a leaf, of a node, or of a whole tree.
public typealias Hash = Digest32

// The hashes of RFC 6962, section 2.1. The prefixes keep a node from being passed off as a leaf.
extension Digest32 {
    /// The root of the tree without leaves: the SHA-256 of nothing.
    public static let emptyTree = SHA256.hash([])

    /// The leaf hash of an entry: SHA-256(0x00 || entry).
    public static func leaf(_ entry: UnsafeRawBufferPointer) -> Hash {
        SHA256.hash(prefix: 0, entry)
    }

    /// The leaf hash of an entry: SHA-256(0x00 || entry).
    public static func leaf(_ entry: [UInt8]) -> Hash {
        entry.withUnsafeBytes { leaf($0) }
    }

    /// The leaf hash of an entry: SHA-256(0x00 || entry).
    public static func leaf(_ entry: ArraySlice<UInt8>) -> Hash {
        entry.withUnsafeBytes { leaf($0) }
    }

    /// The hash of an inner node: SHA-256(0x01 || left || right).
    public static func node(_ left: Hash, _ right: Hash) -> Hash {
        SHA256.hash(prefix: 1, left, right)
    }
}
