/// Whether a client's offers of permessage-deflate hold one that is acceptable (RFC 7692, section 7.1).
enum DeflateOffer {
    /// What is answered to an acceptable offer: neither side keeps anything from one message to the next.
    static let answer =
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=\(Deflate.windowBits)"

    /// Looks through the field `Sec-WebSocket-Extensions`. What is malformed is not accepted, which leaves the session
    /// uncompressed.
    static func isAcceptable(_ field: String) -> Bool {
        field.split(separator: ",").prefix(32).contains { offer in
            let parts = offer.split(separator: ";", omittingEmptySubsequences: false).map(trimmed)
            guard parts.first?.lowercased() == "permessage-deflate" else { return false }
            var seen: Set<String> = []
            return parts.dropFirst().allSatisfy { parameter in
                let pair = parameter.split(separator: "=", maxSplits: 1).map(trimmed)
                guard let name = pair.first?.lowercased(), seen.insert(name).inserted else { return false }
                let value = pair.count == 2 ? pair[1].filter { $0 != "\"" } : nil
                switch name {
                case "server_no_context_takeover", "client_no_context_takeover": return value == nil
                case "client_max_window_bits": return value.map { bits(String($0)) != nil } ?? true
                case "server_max_window_bits":
                    // A window may be smaller than what the client bears, not larger.
                    return value.flatMap { bits(String($0)) }.map { $0 >= Int(Deflate.windowBits) } ?? false
                default: return false
                }
            }
        }
    }

    private static func bits(_ text: String) -> Int? {
        guard let number = Int(text), (8...15).contains(number), text.first != "0", text.first != "+" else {
            return nil
        }
        return number
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
