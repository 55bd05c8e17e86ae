import JSON
import OpenSSL

/// A JWS in compact form (RFC 7515, section 7.1), taken apart but not verified.
struct CompactJWS {
    /// The JOSE header.
    let algorithm: String
    /// What the header calls it, in lower case.
    let type: String?
    /// The key that the header names.
    let keyID: String?
    /// The claims.
    let claims: JSONObject
    /// What the signature covers.
    let signedBytes: [UInt8]
    /// The signature.
    let signature: [UInt8]

    /// Takes a token apart. Header and claims are read strictly: a name that comes twice could mean one thing here and
    /// another elsewhere.
    init(_ token: String) throws(AuthenticationFailure) {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else {
            throw AuthenticationFailure(.invalidToken, "The token is neither one of Daybook nor a signed JWT")
        }
        let header = try Self.object(parts[0], "header")
        guard let algorithm = header["alg"]?.string else {
            throw AuthenticationFailure(.invalidToken, "The header of the token names no algorithm")
        }
        // Extensions that have to be understood, and are not (RFC 7515, section 4.1.11).
        guard header["crit"] == nil else {
            throw AuthenticationFailure(.invalidToken, "The header of the token asks for extensions that are not known")
        }
        type = header["typ"]?.string?.lowercased()
        if header["typ"] != nil {
            guard let type, ["jwt", "at+jwt", "application/at+jwt"].contains(type) else {
                throw AuthenticationFailure(.invalidToken, "The token is not of type JWT")
            }
        }
        if let keyID = header["kid"], keyID.string == nil {
            throw AuthenticationFailure(.invalidToken, "The header of the token is malformed")
        }
        self.algorithm = algorithm
        keyID = header["kid"]?.string
        claims = try Self.object(parts[1], "payload")
        guard let signature = Base64.decode(parts[2], .urlSafe) else {
            throw AuthenticationFailure(.invalidToken, "The signature of the token is not base64url")
        }
        self.signature = signature
        signedBytes = [UInt8](token.utf8.prefix(parts[0].utf8.count + 1 + parts[1].utf8.count))
    }

    private static func object(_ part: Substring, _ name: String) throws(AuthenticationFailure) -> JSONObject {
        guard let bytes = Base64.decode(part, .urlSafe),
            let object = (try? JSONValue(parsing: bytes, maximumDepth: 16))?.object
        else {
            throw AuthenticationFailure(.invalidToken, "The \(name) of the token is not a JSON object in base64url")
        }
        return object
    }
}
