import JSON
import OpenSSL

/// Whom a token claims to be of, read from it without believing it: for counting attempts, and nothing else.
package enum TokenSubject {
    private static let limit = 4_096

    /// The subject of a JWT, or the public id of one of Daybook's own tokens; nil where it names none.
    package static func hint(_ token: String) -> String? {
        guard token.utf8.count <= limit else { return nil }
        if token.hasPrefix("dbk_") {
            let id = token.dropFirst(4).prefix { $0 != "_" }
            return id.isEmpty || id.utf8.count > 64 ? nil : "token \(id)"
        }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = Base64.decode(parts[1], .urlSafe),
            let subject = (try? JSONValue(parsing: bytes, maximumDepth: 16))?["sub"]?.string,
            (1...200).contains(subject.utf8.count)
        else { return nil }
        return "user \(subject)"
    }
}
