import JSON

/// What names, ids and descriptions may look like, whichever way they come in.
enum AccessText {
    private static let id = StringRule(1...200, .line)
    private static let text = StringRule(1...2_000, .text)
    private static let address = StringRule(3...254, .line)

    /// Refuses what is no id: 1 to 200 characters on one line.
    static func requireID(_ text: String, at pointer: String) throws(AccessRefusal) {
        try require(text, id, at: pointer)
    }

    /// Refuses what is no name: as an id, and not blank at either end.
    static func requireName(_ text: String, at pointer: String) throws(AccessRefusal) {
        try require(text, id, at: pointer)
        if text.first?.isWhitespace == true || text.last?.isWhitespace == true {
            throw AccessRefusal(.invalid(pointer: pointer), "A name does not begin or end with a blank.")
        }
    }

    /// Refuses what is no description: up to 2,000 characters; lines may break.
    static func requireText(_ text: String?, at pointer: String) throws(AccessRefusal) {
        if let text { try require(text, self.text, at: pointer) }
    }

    /// Refuses what nobody can be written to at: something before one `@` and something behind it, without blanks.
    static func requireAddress(_ text: String, at pointer: String) throws(AccessRefusal) {
        try require(text, address, at: pointer)
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), !text.contains(where: \.isWhitespace) else {
            throw AccessRefusal(.invalid(pointer: pointer), "It is to be an e-mail address, like ada@school.example.")
        }
    }

    private static func require(
        _ text: String,
        _ rule: StringRule,
        at pointer: String
    ) throws(AccessRefusal) {
        if let problem = rule.problem(in: text) {
            throw AccessRefusal(.invalid(pointer: pointer), problem)
        }
    }
}
