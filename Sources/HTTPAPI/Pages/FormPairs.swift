import JSON
import NIOCore

/// The names and values of a form (`application/x-www-form-urlencoded`), in their order.
struct FormPairs {
    /// What nobody can type into a field: control characters, but for line breaks and tabs.
    private static let typed = AllowedCharacters(#"^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f"#)

    let pairs: [(name: String, value: String)]

    /// A form, or the query of an address.
    static func encode(_ pairs: [(name: String, value: String)]) -> String {
        pairs.map { "\(PercentCoding.encode($0.name))=\(PercentCoding.encode($0.value))" }.joined(separator: "&")
    }

    /// Reads a body; nil for what no form of a browser is.
    init?(_ body: ByteBufferView) {
        var pairs: [(name: String, value: String)] = []
        for pair in String(decoding: body, as: UTF8.self).split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentCoding.decode(parts[0], plusIsSpace: true),
                let value = PercentCoding.decode(parts.count == 2 ? parts[1] : "", plusIsSpace: true),
                Self.typed.firstRefused(in: value) == nil
            else { return nil }
            pairs.append((name, value))
        }
        self.pairs = pairs
    }
}
