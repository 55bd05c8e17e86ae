/// Words of a text that look like secrets or addresses of people.
enum SecretPatterns {
    /// The text with each replaced.
    static func withoutSecrets(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        var word = ""
        var followsBearer = false
        func finish() {
            guard !word.isEmpty else { return }
            result += followsBearer ? Redaction.secret : replacement(of: word) ?? word
            followsBearer = word.lowercased() == "bearer" || word.lowercased() == "basic"
            word = ""
        }
        for character in text {
            if isSeparator(character) {
                finish()
                result.append(character)
            } else {
                word.append(character)
            }
        }
        finish()
        return result
    }

    private static func isSeparator(_ character: Character) -> Bool {
        switch character {
        case " ", "\n", "\t", "\"", "'", "(", ")", "<", ">", "[", "]", "{", "}", ",", ";", "`", "“", "”": true
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
