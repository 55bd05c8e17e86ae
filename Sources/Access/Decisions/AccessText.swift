/// What names, ids and descriptions may look like, whichever way they come in.
enum AccessText {
    /// Refuses what is no id: 1 to 200 characters, no control characters.
    static func requireID(_ text: String, at pointer: String) throws(AccessRefusal) {
        try require(text, at: pointer, lengths: 1...200)
    }

    /// Refuses what is no name: as an id, and not blank at either end.
    static func requireName(_ text: String, at pointer: String) throws(AccessRefusal) {
        try require(text, at: pointer, lengths: 1...200)
        if text.first?.isWhitespace == true || text.last?.isWhitespace == true {
            throw AccessRefusal(.invalid(pointer: pointer), "A name does not begin or end with a blank.")
        }
    }

    /// Refuses what is no description: up to 2,000 characters; lines may break.
    static func requireDescription(_ text: String?, at pointer: String) throws(AccessRefusal) {
        guard let text else { return }
        try require(text, at: pointer, lengths: 0...2_000, allowing: ["\n", "\t"])
    }

    private static func require(
        _ text: String,
        at pointer: String,
        lengths: ClosedRange<Int>,
        allowing allowed: Set<Unicode.Scalar> = []
    ) throws(AccessRefusal) {
        guard lengths.contains(text.unicodeScalars.count) else {
            throw AccessRefusal(
                .invalid(pointer: pointer),
                "This takes \(lengths.lowerBound) to \(lengths.upperBound) characters, not \(text.unicodeScalars.count)."
            )
        }
        let isClean = text.unicodeScalars.allSatisfy {
            $0.properties.generalCategory != .control || allowed.contains($0)
        }
        guard isClean else {
            throw AccessRefusal(.invalid(pointer: pointer), "Control characters are not allowed here.")
        }
    }
}
