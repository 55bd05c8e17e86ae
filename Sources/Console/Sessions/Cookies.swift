import HTTPTypes

/// The cookies of the console (RFC 6265). No script can read them, and no other site's page sends them along, but for the one of the
/// way back from an identity provider.
///
/// Where people come by https their names begin with `__Host-`, and browsers take them from this host alone and over TLS.
struct Cookies: Sendable {
    private let isSecure: Bool

    /// - Parameter isSecure: whether people come by https.
    init(isSecure: Bool) {
        self.isSecure = isSecure
    }

    /// The session.
    var session: String { name("daybook-session") }
    /// What the form for signing in belongs to.
    var form: String { name("daybook-form") }

    /// The way to the identity provider and back.
    var attempt: String { name("daybook-sign-in") }

    /// The moment that everything is seen as of.
    var moment: String { name("daybook-moment") }

    /// The value of a cookie that came with a request.
    func value(_ name: String, in headers: HTTPFields) -> String? {
        for field in headers[values: .cookie] {
            for pair in field.split(separator: ";") {
                let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
                if parts.count == 2, parts[0] == name { return String(parts[1]) }
            }
        }
        return nil
    }

    /// Has the browser keep a cookie until it is closed.
    func set(_ name: String, _ value: String) -> HTTPField {
        HTTPField(name: .setCookie, value: "\(name)=\(value); Path=/; HttpOnly; SameSite=Strict" + security)
    }

    /// Has the browser keep a cookie for a while that comes along when another site's page leads here, as the identity provider does.
    func setForWayBack(_ name: String, _ value: String, lasting: Duration) -> HTTPField {
        let lasting = "Max-Age=\(lasting.components.seconds)"
        return HTTPField(
            name: .setCookie,
            value: "\(name)=\(value); Path=/; \(lasting); HttpOnly; SameSite=Lax" + security
        )
    }

    /// Has the browser forget a cookie.
    func clear(_ name: String) -> HTTPField {
        HTTPField(name: .setCookie, value: "\(name)=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict" + security)
    }

    private var security: String { isSecure ? "; Secure" : "" }

    private func name(_ name: String) -> String { isSecure ? "__Host-" + name : name }
}
