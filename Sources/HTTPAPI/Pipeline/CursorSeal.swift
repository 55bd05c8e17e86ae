import OpenSSL

/// Makes cursors opaque, and knows its own again.
///
/// A sealed cursor is base64url of a format byte, the position, the as-of position, the key and the first 16 bytes of an
/// HMAC-SHA-256 over all of it and over the *list* it belongs to (path and filters), so that one made for another list
/// is refused like a forged one.
package struct CursorSeal: Sendable {
    private static let format: UInt8 = 1
    private static let codeLength = 16
    private static let fixedLength = 17

    private let key: [UInt8]

    /// A seal. Replicas that are to read each other's cursors share the key, which has 32 bytes or more.
    package init(key: [UInt8]) {
        self.key = key
    }

    /// The text of a cursor.
    package func seal(_ cursor: PageCursor, list: String) -> String {
        var bytes = [Self.format]
        Self.append(cursor.position, to: &bytes)
        Self.append(cursor.asOf ?? -1, to: &bytes)
        bytes.append(contentsOf: cursor.key.utf8)
        bytes.append(contentsOf: code(of: bytes[...], list: list))
        return Base64.encode(bytes, .urlSafe)
    }

    /// The cursor of a text; nil unless this seal made it for this list.
    package func open(_ text: String, list: String) -> PageCursor? {
        guard text.utf8.count <= 2_048, let bytes = Base64.decode(text, .urlSafe),
            bytes.count >= Self.fixedLength + Self.codeLength, bytes[0] == Self.format
        else { return nil }
        let body = bytes.dropLast(Self.codeLength)
        guard ConstantTime.equal(code(of: body, list: list), [UInt8](bytes.suffix(Self.codeLength))) else { return nil }
        let asOf = Self.integer(bytes[9..<17])
        return PageCursor(
            position: Self.integer(bytes[1..<9]),
            key: String(decoding: body[Self.fixedLength...], as: UTF8.self),
            asOf: asOf < 0 ? nil : asOf
        )
    }

    private func code(of body: ArraySlice<UInt8>, list: String) -> [UInt8] {
        // A fixed-length digest of the list keeps list and cursor from running into one another.
        var message = SHA256.hash(list).bytes
        message.append(contentsOf: body)
        return [UInt8](HMAC.sha256(key: key, message: message).bytes.prefix(Self.codeLength))
    }

    private static func append(_ integer: Int64, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: integer.bigEndian) { bytes.append(contentsOf: $0) }
    }

    private static func integer(_ bytes: ArraySlice<UInt8>) -> Int64 {
        Int64(truncatingIfNeeded: bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
}
