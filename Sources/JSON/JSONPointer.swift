/// Names one place in a JSON text (RFC 6901): `/filter/types/0`. The empty pointer is the whole text.
package struct JSONPointer: Sendable, Hashable {
    /// Member names and array indices from the root inwards, unescaped.
    package var tokens: [String]

    /// The pointer along these tokens.
    package init(tokens: [String] = []) {
        self.tokens = tokens
    }

    /// Reads a pointer's text; nil unless it is empty or begins with `/`, and every `~` is followed by `0` or `1`.
    package init?(_ text: String) {
        guard !text.isEmpty else {
            tokens = []
            return
        }
        guard text.utf8.first == UInt8(ascii: "/") else { return nil }
        var tokens: [String] = []
        for escaped in text.unicodeScalars.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let token = Self.unescape(escaped) else { return nil }
            tokens.append(token)
        }
        self.tokens = tokens
    }

    private static func unescape(_ escaped: Substring.UnicodeScalarView) -> String? {
        var token = String.UnicodeScalarView()
        var scalars = escaped.makeIterator()
        while let scalar = scalars.next() {
            guard scalar == "~" else {
                token.append(scalar)
                continue
            }
            switch scalars.next() {
            case "0": token.append("~")
            case "1": token.append("/")
            default: return nil
            }
        }
        return String(token)
    }

    /// Appends one token to a pointer's text, escaping `~` and `/`.
    static func append(_ token: String, to text: inout String) {
        text.append("/")
        for scalar in token.unicodeScalars {
            switch scalar {
            case "~": text.append("~0")
            case "/": text.append("~1")
            default: text.unicodeScalars.append(scalar)
            }
        }
    }

    /// The pointer to a member or element of what this points to.
    package func appending(_ token: String) -> JSONPointer {
        JSONPointer(tokens: tokens + [token])
    }
}

extension JSONPointer: CustomStringConvertible {
    package var description: String {
        var text = ""
        for token in tokens { Self.append(token, to: &text) }
        return text
    }
}

extension JSONValue {
    /// What the pointer points to, if it is there. `-`, leading zeros and signs name no array element.
    package subscript(pointer: JSONPointer) -> JSONValue? {
        var value = self
        for token in pointer.tokens {
            switch value {
            case .object(let object):
                guard let member = object[token] else { return nil }
                value = member
            case .array(let elements):
                guard let index = Int(token), String(index) == token, elements.indices.contains(index) else {
                    return nil
                }
                value = elements[index]
            default:
                return nil
            }
        }
        return value
    }
}
