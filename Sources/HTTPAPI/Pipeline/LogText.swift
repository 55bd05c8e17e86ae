/// Text from outside, made fit for a log line: no character of it can end the line or steer a terminal.
struct LogText: CustomStringConvertible, Sendable {
    let description: String

    /// Control characters and what turns the direction of text become `\u{…}`; beyond `limit` characters it is cut.
    init(_ text: some StringProtocol, limit: Int = 500) {
        var safe = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(limit) {
            switch scalar.value {
            case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069:
                safe.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            case 0x5C:
                safe.append(contentsOf: "\\\\".unicodeScalars)
            default:
                safe.append(scalar)
            }
        }
        description = String(safe)
    }
}
