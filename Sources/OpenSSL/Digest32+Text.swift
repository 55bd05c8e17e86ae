extension Digest32: CustomStringConvertible {
    /// A digest from 64 hexadecimal digits of either case; nil for anything else.
    public init?(hex: String) {
        guard let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes)
    }

    /// A digest from standard, padded, canonical base64; nil for anything else.
    public init?(base64: String) {
        guard let bytes = Base64.decode(base64) else { return nil }
        self.init(bytes)
    }

    /// The digest as 64 lower-case hexadecimal digits.
    public var hex: String {
        withUnsafeBytes { Hex.encode($0) }
    }

    /// The digest as standard, padded base64.
    public var base64: String {
        withUnsafeBytes { Base64.encode($0) }
    }

    /// The digest as 64 lower-case hexadecimal digits.
    public var description: String { hex }
}
