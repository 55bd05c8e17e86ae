import OpenSSL

/// One signature line of a note: whose it claims to be, and the signature.
public struct NoteSignature: Sendable {
    /// The name of the key that is said to have signed.
    public let name: String
    /// The id of the key that is said to have signed.
    public let keyID: UInt32
    /// The signature itself, without the key id.
    public let bytes: [UInt8]

    /// A signature by a key of this name and id.
    init(name: String, keyID: UInt32, bytes: [UInt8]) {
        self.name = name
        self.keyID = keyID
        self.bytes = bytes
    }

    /// A signature from its line, without the newline; nil if the line is malformed.
    init?(line: Substring) {
        let marker = "\u{2014} "
        guard line.utf8.starts(with: marker.utf8) else { return nil }
        let fields = line.unicodeScalars.dropFirst(marker.unicodeScalars.count)
            .split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard
            fields.count == 2,
            KeyName.isValid(Substring(fields[0])),
            let material = Base64.decode(Substring(fields[1])),
            material.count > 4
        else { return nil }
        name = String(fields[0])
        keyID = material[..<4].reduce(0) { $0 << 8 | UInt32($1) }
        bytes = Array(material[4...])
    }

    /// The line, with its newline.
    var line: String {
        let id = withUnsafeBytes(of: keyID.bigEndian) { [UInt8]($0) }
        return "\u{2014} \(name) \(Base64.encode(id + bytes))\n"
    }
}
