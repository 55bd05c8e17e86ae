/// An e-mail address that can be put into an envelope and a header field as it is: a dot-atom and a domain of ASCII
/// (RFC 5321, section 4.1.2). Quoted local parts and addresses beyond ASCII (RFC 6531) are not taken.
package struct MailAddress: Sendable, Hashable {
    /// Before the at.
    package let local: String
    /// After it.
    package let domain: String

    /// Reads an address; nil for anything else, above all for whatever could end a line or an address.
    package init?(_ text: String) {
        guard text.utf8.count <= 254, let at = text.lastIndex(of: "@") else { return nil }
        let (local, domain) = (text[..<at], text[text.index(after: at)...])
        guard (1...64).contains(local.utf8.count), Self.isDotted(local, isLetter: Self.isAtomText),
            (1...253).contains(domain.utf8.count), Self.isDotted(domain, isLetter: Self.isDomainText)
        else { return nil }
        self.local = String(local)
        self.domain = String(domain)
    }

    private static func isDotted(_ text: Substring, isLetter: (UInt8) -> Bool) -> Bool {
        text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .allSatisfy { !$0.isEmpty && $0.allSatisfy(isLetter) }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }

    private static let furtherAtomText = Set("!#$%&'*+-/=?^_`{|}~".utf8)

    private static func isAtomText(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || furtherAtomText.contains(byte) }

    private static func isDomainText(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || byte == UInt8(ascii: "-") }
}

extension MailAddress: CustomStringConvertible {
    package var description: String { "\(local)@\(domain)" }
}
