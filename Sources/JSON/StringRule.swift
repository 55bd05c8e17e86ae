/// What a string may be: how long, in Unicode scalars, and of which characters.
///
/// One rule serves both directions: events are checked by it before they are written and after they are read.
package struct StringRule: Sendable, Hashable {
    /// The number of Unicode scalars.
    package let length: ClosedRange<Int>
    /// The characters it may be made of.
    package let characters: AllowedCharacters

    /// A rule of length and characters.
    package init(_ length: ClosedRange<Int>, _ characters: AllowedCharacters = .line) {
        self.length = length
        self.characters = characters
    }

    /// What is wrong with `text`, as a sentence; nil if nothing is.
    package func problem(in text: String) -> String? {
        let bytes = text.utf8.count
        // A scalar takes one to four bytes, which settles nearly every text without counting.
        if bytes > length.upperBound || bytes < length.lowerBound * 4 {
            let count = text.unicodeScalars.count
            if count < length.lowerBound {
                return length.lowerBound == length.upperBound
                    ? "Exactly \(length.lowerBound) characters are needed, not \(count)."
                    : "At least \(length.lowerBound) character\(length.lowerBound == 1 ? " is" : "s are") needed."
            }
            if count > length.upperBound {
                return length.lowerBound == length.upperBound
                    ? "Exactly \(length.upperBound) characters are needed, not \(count)."
                    : "At most \(length.upperBound) characters are allowed, not \(count)."
            }
        }
        guard let refused = characters.firstRefused(in: text) else { return nil }
        let code = String(refused.value, radix: 16, uppercase: true)
        let name = "U+" + String(repeating: "0", count: max(0, 4 - code.count)) + code
        return "The character \(name) is not allowed here; use only [\(characters.expression)]."
    }
}
