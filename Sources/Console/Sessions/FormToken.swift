import EventStore
import HTTPAPI
import OpenSSL

/// What a form has to bring, so that it can only be one that this server gave to this browser.
struct FormToken: Sendable {
    private let keys: KeyStore

    init(keys: KeyStore) {
        self.keys = keys
    }

    /// The token of a session's forms.
    func token(of session: ConsoleSession) -> String { Self.code(key: session.secret, "forms") }

    /// The token of the form for signing in, which belongs to a cookie.
    func token(ofForm cookie: String) throws -> String {
        Self.code(key: try keys.secret(for: "console-forms"), cookie)
    }

    /// The code of the link to the identity provider, which belongs to the same cookie and is good for nothing else: it stands in an
    /// address.
    func token(ofLink cookie: String) throws -> String {
        Self.code(key: try keys.secret(for: "console-forms"), "provider \(cookie)")
    }

    /// Whether a link is one that this server gave to this browser.
    func isOwnLink(_ token: String?, of cookie: String?) throws -> Bool {
        guard let token, let cookie else { return false }
        return ConstantTime.equal(Array(token.utf8), Array(try self.token(ofLink: cookie).utf8))
    }

    /// Refuses a form that another page sent.
    ///
    /// - Parameters:
    ///   - token: what it brought.
    ///   - expected: what it is to bring; nil where the browser has no cookie.
    func check(_ token: String?, _ expected: String?, _ head: RequestHead.Value) throws {
        guard head.isFromOwnPage, let token, let expected,
            ConstantTime.equal(Array(token.utf8), Array(expected.utf8))
        else {
            throw Problem(.forbidden, "This form was not sent by a page of this server, or is too old. Open it again.")
        }
    }

    private static func code(key: [UInt8], _ text: String) -> String {
        Base64.encode(HMAC.sha256(key: key, message: Array(text.utf8)).bytes, .urlSafe)
    }
}
