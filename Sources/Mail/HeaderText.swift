import OpenSSL

/// The texts of header fields. Whatever they are given, what comes out ends no line but to fold it.
enum HeaderText {
    /// A text without structure, such as a subject: as it is where that is plain ASCII, else in encoded words.
    static func unstructured(_ text: String) -> String {
        let line = oneLine(text)
        return isPlain(line) ? line : encodedWords(line)
    }

    /// The name of somebody before an address (RFC 5322, `display-name`).
    static func phrase(_ text: String) -> String {
        let line = oneLine(text)
        guard isPlain(line) else { return encodedWords(line) }
        return quoted(line)
    }

    /// A parameter's value: quoted where it is ASCII, else as RFC 2231 has it.
    static func parameter(_ name: String, _ text: String) -> String {
        let line = oneLine(text)
        if line.utf8.allSatisfy({ (32..<127).contains($0) }) { return "\(name)=\(quoted(line))" }
        let kept = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_".utf8)
        let encoded = line.utf8.map { byte in
            kept.contains(byte)
                ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
        return "\(name)*=UTF-8''\(encoded.joined())"
    }

    private static func quoted(_ line: String) -> String {
        "\"" + line.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
    }

    /// Control characters, above all line breaks, become blanks.
    private static func oneLine(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isControl =
                scalar.value < 32 || (127..<160).contains(scalar.value) || [0x2028, 0x2029].contains(scalar.value)
            scalars.append(isControl ? " " : scalar)
        }
        return String(scalars)
    }

    /// ASCII that fits into a line and that nobody takes for an encoded word.
    private static func isPlain(_ line: String) -> Bool {
        line.utf8.count <= 60 && line.utf8.allSatisfy { (32..<127).contains($0) } && !line.contains("=?")
    }

    /// RFC 2047, section 2: at most 75 characters each, none of which ends within a character, a line each.
    private static func encodedWords(_ line: String) -> String {
        var words: [[UInt8]] = [[]]
        for scalar in line.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if words[words.count - 1].count + bytes.count > 42 { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words.map { "=?UTF-8?B?\(Base64.encode($0))?=" }.joined(separator: "\r\n ")
    }
}
