/// The rules for the names of note keys, and how names are compared (C2SP signed-note, "Format").
enum KeyName {
    /// Whether a name is not empty and has no white space, no plus and no control character.
    static func isValid(_ name: some StringProtocol) -> Bool {
        !name.isEmpty
            && name.unicodeScalars.allSatisfy { scalar in
                !scalar.properties.isWhitespace && scalar != "+" && scalar.value >= 0x20
            }
    }
}

extension StringProtocol {
    /// Whether two texts are the same bytes. `==` would also accept canonically equivalent ones, which are signed
    /// differently.
    func hasSameBytes(as other: some StringProtocol) -> Bool {
        utf8.elementsEqual(other.utf8)
    }
}
