import OpenSSL

/// Makes what Redis is given unreadable and unguessable, and knows what has been changed in it.
///
/// Keys are codes of namespace and key under a secret, so that whoever reads Redis learns no key and whoever writes to
/// it cannot aim. Values are encrypted and belong to their key: one that was changed, cut short or moved to another key
/// does not open.
struct ValueSeal: Sendable {
    private static let format: UInt8 = 1
    private static let headLength = 29

    private let keySecret: [UInt8]
    private let cipher: AES256GCM

    /// - Parameter secret: 32 bytes or more, the same in every replica.
    init(secret: [UInt8]) throws {
        keySecret = HMAC.sha256(key: secret, message: Array("cache keys".utf8)).bytes
        cipher = try AES256GCM(key: HMAC.sha256(key: secret, message: Array("cache values".utf8)).bytes)
    }

    /// The key under which Redis holds a value.
    func name(of key: CacheKey, _ purpose: String = "") -> [UInt8] {
        let code = HMAC.sha256(key: keySecret, message: Array(purpose.utf8) + [0] + Self.context(of: key)).bytes
        return Array("daybook:".utf8) + Array(Base64.encode(Array(code.prefix(24)), .urlSafe).utf8)
    }

    /// A value and when it is over, in microseconds of the calendar.
    func seal(_ value: CachedValue, until: Int64, places: [UInt16], for key: CacheKey) throws -> [UInt8] {
        var text: [UInt8] = [Self.format, value.bytes == nil ? 1 : 0]
        text.reserveCapacity(Self.headLength + places.count * 2 + (value.bytes?.count ?? 0))
        for number in [value.size, until, value.cost] { Self.append(number, to: &text) }
        Self.append(UInt16(truncatingIfNeeded: places.count), to: &text)
        text.append(0)
        for place in places { Self.append(place, to: &text) }
        text.append(contentsOf: value.bytes ?? [])
        return try cipher.seal(text, context: Self.context(of: key))
    }

    /// What was sealed for a key.
    struct Opened {
        var bytes: [UInt8]?
        var size: Int64
        var until: Int64
        var cost: Int64
        var places: [UInt16]
    }

    /// Nil where it is not what this seal made for this key.
    func open(_ sealed: [UInt8], for key: CacheKey) -> Opened? {
        guard let text = try? cipher.open(sealed, context: Self.context(of: key)), text.count >= Self.headLength,
            text[0] == Self.format
        else { return nil }
        let count = Int(Self.integer(text[26..<28], as: UInt16.self))
        let start = Self.headLength + count * 2
        guard text.count >= start else { return nil }
        return Opened(
            bytes: text[1] == 1 ? nil : Array(text[start...]),
            size: Self.integer(text[2..<10], as: Int64.self),
            until: Self.integer(text[10..<18], as: Int64.self),
            cost: Self.integer(text[18..<26], as: Int64.self),
            places: (0..<count).map {
                Self.integer(text[(Self.headLength + $0 * 2)..<(Self.headLength + $0 * 2 + 2)], as: UInt16.self)
            }
        )
    }

    private static func context(of key: CacheKey) -> [UInt8] {
        // No name holds a NUL.
        Array("\(key.namespace.name)\u{0}\(key.namespace.version)\u{0}\(key.text)".utf8)
    }

    private static func append(_ integer: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: integer.bigEndian) { bytes.append(contentsOf: $0) }
    }

    private static func integer<I: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>, as type: I.Type) -> I {
        bytes.reduce(0) { $0 << 8 | I(truncatingIfNeeded: $1) }
    }
}
