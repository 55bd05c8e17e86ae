/// The token of an `Authorization` field (RFC 6750, section 2.1).
enum BearerToken {
    private static let maximumLength = 8_192

    /// The token; throws if there is none, or none that is well-formed.
    static func read(_ field: String?) throws(AuthenticationFailure) -> String {
        guard let field else {
            throw .noToken
        }
        guard field.utf8.count <= maximumLength else {
            throw AuthenticationFailure(.invalidRequest, "The token is too long")
        }
        let scheme = field.prefix { $0 != " " }
        guard scheme.utf8.count == 6, scheme.lowercased() == "bearer" else {
            throw AuthenticationFailure(.missing, "Only Bearer tokens are accepted: Authorization: Bearer TOKEN")
        }
        let token = field.dropFirst(6).drop { $0 == " " }
        guard !token.isEmpty, token.utf8.allSatisfy(isToken68) else {
            throw AuthenticationFailure(.invalidRequest, "The Authorization field is not of the form: Bearer TOKEN")
        }
        return String(token)
    }

    private static func isToken68(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
            true
        default: false
        }
    }
}
