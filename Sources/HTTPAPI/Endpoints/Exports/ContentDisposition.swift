/// The field that says that an answer is a file to be kept, and under which name (RFC 6266).
package enum ContentDisposition {
    /// The name as ASCII for old clients, and exactly (RFC 8187).
    package static func attachment(_ name: String) -> String {
        let plain = String(
            name.unicodeScalars.map { scalar -> Character in
                let isPlain = scalar.isASCII && scalar.value >= 32 && scalar.value < 127
                return isPlain && scalar != "\"" && scalar != "\\" && scalar != "%" ? Character(scalar) : "_"
            }
        )
        guard plain != name else { return "attachment; filename=\"\(plain)\"" }
        var exact = ""
        for byte in name.utf8 {
            let isAttributeCharacter =
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || "!#$&+-.^_`|~".utf8.contains(byte)
            if isAttributeCharacter {
                exact.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                exact += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(exact)"
    }
}
