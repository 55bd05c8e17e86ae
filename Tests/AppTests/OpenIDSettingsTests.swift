import Testing

@testable import App

/// How people sign in by an OpenID provider, as the operator says it.
@Suite struct OpenIDSettingsTests {
    private let complete = [
        "DAYBOOK_JWT_ISSUER": "https://id.example/school", "DAYBOOK_OIDC_CLIENT_ID": "daybook",
        "DAYBOOK_PUBLIC_URL": "https://daybook.example:8443/",
    ]

    @Test func theWayBackIsMadeFromThePublicAddressAlone() throws {
        let configuration = try DaybookConfiguration(environment: complete)
        let expected = OpenIDSettings(
            clientID: "daybook",
            secretFile: nil,
            scopes: ["openid"],
            redirectURI: "https://daybook.example:8443/console/sign-in/return",
            name: "id.example"
        )
        #expect(configuration.openID == expected)
        // Programs need not sign in by it as well.
        #expect(configuration.tokens?.audience == nil && configuration.tokens?.issuer == "https://id.example/school")
    }

    @Test(arguments: [
        ("DAYBOOK_JWT_ISSUER", nil), ("DAYBOOK_PUBLIC_URL", nil), ("DAYBOOK_PUBLIC_URL", "http://daybook.example"),
        ("DAYBOOK_JWT_ISSUER", "http://id.example"), ("DAYBOOK_JWT_ISSUER", "urn:id"),
        ("DAYBOOK_OIDC_CLIENT_ID", "daybook\u{e9}"), ("DAYBOOK_OIDC_CLIENT_ID", String(repeating: "d", count: 201)),
        ("DAYBOOK_JWT_AUDIENCE", "daybook"), ("DAYBOOK_OIDC_SCOPES", "openid \"email\""),
        ("DAYBOOK_OIDC_NAME", "School\nEvil"),
    ])
    func whatCannotBeIsRefusedAtTheStart(name: String, value: String?) {
        var environment = complete
        environment["DAYBOOK_JWKS"] = "keys.json"
        environment[name] = value
        let error = #expect(throws: ConfigurationError.self) { try DaybookConfiguration(environment: environment) }
        let named = ["DAYBOOK_OIDC_", "DAYBOOK_JWT_", "DAYBOOK_PUBLIC_URL", "DAYBOOK_JWKS"]
        let isNamed = error?.problems.contains { problem in named.contains { problem.key.variable.hasPrefix($0) } }
        #expect(isNamed == true)
    }

    @Test func noIDTokenIsATokenOfTheAPI() throws {
        var environment = complete
        environment["DAYBOOK_JWT_AUDIENCE"] = "daybook"
        let error = #expect(throws: ConfigurationError.self) { try DaybookConfiguration(environment: environment) }
        #expect(error?.problems.map(\.key.variable) == ["DAYBOOK_JWT_AUDIENCE"])
        environment["DAYBOOK_JWT_AUDIENCE"] = "daybook-api"
        #expect(try DaybookConfiguration(environment: environment).tokens?.audience == "daybook-api")
    }

    @Test(arguments: ["DAYBOOK_OIDC_CLIENT_SECRET_FILE", "DAYBOOK_OIDC_SCOPES", "DAYBOOK_OIDC_NAME"])
    func halfAConfigurationIsRefused(name: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try DaybookConfiguration(environment: [name: "openid"])
        }
        #expect(error?.problems.map(\.key.variable) == [name])
    }

    @Test func theScopeOfOpenIDIsAlwaysAskedFor() throws {
        var environment = complete
        environment["DAYBOOK_OIDC_SCOPES"] = "profile  email"
        environment["DAYBOOK_OIDC_NAME"] = "School"
        let settings = try DaybookConfiguration(environment: environment).openID
        #expect(settings?.scopes == ["openid", "profile", "email"] && settings?.name == "School")
    }
}
