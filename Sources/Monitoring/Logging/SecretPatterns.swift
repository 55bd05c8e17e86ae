/// Words of a text that look like secrets or addresses of people.
enum SecretPatterns {
    /// The text with each replaced.
    static func withoutSecrets(_ text: String) -> String {
        var words = Words()
        words.result.reserveCapacity(text.utf8.count)
        for character in withoutPrivateKeys(text) { words.take(character) }
        words.finish()
        return words.result
    }

    /// A text on its way, word by word.
    private struct Words {
        private enum Before {
            case nothing
            /// What comes next is one: after `Bearer`, or after the name of a secret and a colon.
            case credential
            /// The name of a secret: a colon or an equals sign may come next.
            case name
        }

        var result = ""
        private var word = ""
        private var before = Before.nothing

        mutating func take(_ character: Character) {
            guard SecretPatterns.isSeparator(character) else {
                word.append(character)
                return
            }
            finish()
            result.append(character)
        }

        mutating func finish() {
            guard !word.isEmpty else { return }
            let known = before
            before = .nothing
            if SecretPatterns.isScheme(word) || known == .credential && word.lowercased() == "basic" {
                result += word
                before = .credential
            } else if known == .credential {
                result += Redaction.secret
            } else if known == .name, word.hasPrefix(":") || word.hasPrefix("=") {
                take(value: word.dropFirst(), after: word.prefix(1))
            } else if let colon = word.firstIndex(of: ":"), SecretPatterns.namesSecret(word[..<colon]) {
                take(value: word[word.index(after: colon)...], after: word[...colon])
            } else {
                result += SecretPatterns.replacement(of: word) ?? word
                if SecretPatterns.namesSecret(word[...]) { before = .name }
            }
            word = ""
        }

        private mutating func take(value: Substring, after name: Substring) {
            result += name
            if value.isEmpty { before = .credential } else { result += Redaction.secret }
        }
    }

    /// A sentence may speak of what is basic.
    private static func isScheme(_ word: String) -> Bool { word == "Basic" || word.lowercased() == "bearer" }

    private static let names = [
        "password", "passwd", "passphrase", "secret", "token", "apikey", "api_key", "api-key", "authorization",
    ]

    private static func namesSecret(_ word: Substring) -> Bool { names.contains(where: word.lowercased().hasSuffix) }

    /// The text with each private key in PEM (RFC 7468) replaced, also where its end is missing.
    private static func withoutPrivateKeys(_ text: String) -> String {
        guard text.contains("-----BEGIN ") else { return text }
        var result = ""
        var rest = text[...]
        while let begin = rest.range(of: "-----BEGIN "), let label = rest[begin.upperBound...].range(of: "-----") {
            result += rest[..<begin.lowerBound]
            let isPrivate = rest[begin.upperBound..<label.lowerBound].hasSuffix("PRIVATE KEY")
            guard isPrivate else {
                result += rest[begin.lowerBound..<label.upperBound]
                rest = rest[label.upperBound...]
                continue
            }
            result += Redaction.secret
            guard let end = rest[label.upperBound...].range(of: "-----END "),
                let tail = rest[end.upperBound...].range(of: "-----")
            else { return result }
            rest = rest[tail.upperBound...]
        }
        return result + rest
    }

    private static func isSeparator(_ character: Character) -> Bool {
        switch character {
        case " ", "\n", "\t", "\"", "'", "(", ")", "<", ">", "[", "]", "{", "}", ",", ";", "`", "“", "”", "\\": true
        default: false
        }
    }

    private static func replacement(of word: String) -> String? {
        if word.hasPrefix("dbk_") || word.contains("=dbk_") { return Redaction.secret }
        if word.hasPrefix("eyJ"), word.contains(".") { return Redaction.secret }
        if word.hasPrefix("PRIVATE+KEY+") { return Redaction.secret }
        if let colon = word.range(of: "://"), let at = word[colon.upperBound...].lastIndex(of: "@") {
            // user:password@ of a URL.
            return word[..<colon.upperBound] + Redaction.secret + word[at...]
        }
        if let equals = word.firstIndex(of: "=") {
            let name = word[..<equals].lowercased()
            if ["password", "passwd", "secret", "token", "key", "sslkey", "access_token"].contains(
                where: name.hasSuffix
            ) {
                return word[...equals] + Redaction.secret
            }
        }
        if let at = word.firstIndex(of: "@"), at != word.startIndex,
            word[word.index(after: at)...].contains(".") || word[word.index(after: at)...].contains("localhost")
        {
            return Redaction.personal
        }
        return nil
    }
}
