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

    /// What cursors are sealed with: each key has 32 bytes or more.
    package struct Keys: Sendable {
        /// Seals.
        package var current: [UInt8]
        /// Others whose seals are known again: a listing that is under way goes on when the key is replaced.
        package var others: [[UInt8]]

        /// Keys.
        package init(current: [UInt8], others: [[UInt8]] = []) {
            self.current = current
            self.others = others
        }
    }

    private let keys: @Sendable () -> Keys

    /// A seal whose keys are asked for each time, so that a running server follows when they are replaced. Replicas that
    /// are to read each other's cursors share the keys.
    package init(keys: @escaping @Sendable () -> Keys) {
        self.keys = keys
    }

    /// A seal with a key that stays.
    package init(key: [UInt8]) {
        self.init { Keys(current: key) }
    }

    /// The text of a cursor.
    package func seal(_ cursor: PageCursor, list: String) -> String {
        var bytes = [Self.format]
        Self.append(cursor.position, to: &bytes)
        Self.append(cursor.asOf ?? -1, to: &bytes)
        bytes.append(contentsOf: cursor.key.utf8)
        bytes.append(contentsOf: code(of: bytes[...], list: list, keys().current))
        return Base64.encode(bytes, .urlSafe)
    }

    /// The cursor of a text; nil unless this seal made it for this list.
    package func open(_ text: String, list: String) -> PageCursor? {
        guard text.utf8.count <= 2_048, let bytes = Base64.decode(text, .urlSafe),
            bytes.count >= Self.fixedLength + Self.codeLength, bytes[0] == Self.format
        else { return nil }
        let body = bytes.dropLast(Self.codeLength)
        let code = [UInt8](bytes.suffix(Self.codeLength))
        let keys = keys()
        let isOurs = ([keys.current] + keys.others).contains { key in
            ConstantTime.equal(self.code(of: body, list: list, key), code)
        }
        guard isOurs else { return nil }
        let asOf = Self.integer(bytes[9..<17])
        return PageCursor(
            position: Self.integer(bytes[1..<9]),
            key: String(decoding: body[Self.fixedLength...], as: UTF8.self),
            asOf: asOf < 0 ? nil : asOf
        )
    }

    private func code(of body: ArraySlice<UInt8>, list: String, _ key: [UInt8]) -> [UInt8] {
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
