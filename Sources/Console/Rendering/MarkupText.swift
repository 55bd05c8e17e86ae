import Mustache

/// Text as it stands in HTML, between tags or in an attribute with quotes.
///
/// By scalars: what Mustache has for this goes by characters, and a quote with a combining mark behind it is another
/// character than the quote, but still ends the attribute for a browser.
struct MarkupText: MustacheContentType {
    /// By this name templates ask for it.
    static let name = "MARKUP"

    func escapeText(_ text: String) -> String {
        var escaped = String.UnicodeScalarView()
        escaped.reserveCapacity(text.unicodeScalars.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
            case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
            case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
            case "'": escaped.append(contentsOf: "&#39;".unicodeScalars)
            case "\0": escaped.append("\u{FFFD}")
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }
}
