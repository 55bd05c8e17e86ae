import HTTPAPI
import Testing

@testable import App

@Suite struct TokenSettingsTests {
    private let complete = [
        "DAYBOOK_JWKS": "https://id.example/keys", "DAYBOOK_JWT_ISSUER": "https://id.example",
        "DAYBOOK_JWT_AUDIENCE": "daybook",
    ]

    @Test func aKeySetComesWithIssuerAndAudience() throws {
        let tokens = try DaybookConfiguration(environment: complete).tokens
        let expected = TokenSettings(
            keySet: .url(try #require(ProviderURL("https://id.example/keys"))),
            issuer: "https://id.example",
            audience: "daybook",
            clockSkew: .seconds(60),
            maximumKeyAge: .seconds(86_400)
        )
        #expect(tokens == expected)
    }

    @Test(arguments: ["DAYBOOK_JWT_ISSUER", "DAYBOOK_JWT_AUDIENCE"])
    func halfAConfigurationIsRefused(missing: String) {
        var environment = complete
        environment[missing] = nil
        #expect(throws: ConfigurationError.self) { try DaybookConfiguration(environment: environment) }
    }

    @Test func withoutAKeySetTheIssuerIsAsked() throws {
        var environment = complete
        environment["DAYBOOK_JWKS"] = nil
        #expect(try DaybookConfiguration(environment: environment).tokens?.keySet == .discovery)
    }

    @Test(arguments: [
        "http://id.example", "id.example", "urn:id", "https://id.example?tenant=1", "https://id.example/#a",
        "https://me@id.example",
    ])
    func anIssuerThatCannotBeAskedIsRefused(issuer: String) throws {
        var environment = complete
        environment["DAYBOOK_JWT_ISSUER"] = issuer
        // With a key set it is only a name.
        #expect(try DaybookConfiguration(environment: environment).tokens?.issuer == issuer)
        environment["DAYBOOK_JWKS"] = nil
        let error = #expect(throws: ConfigurationError.self) { try DaybookConfiguration(environment: environment) }
        #expect(error?.problems.map(\.key) == [.tokenIssuer])
    }

    @Test(arguments: [
        "http://id.example/keys", "http://localhost.evil.example/", "ftp://id.example/keys",
        "http://localhost:pw@evil.example/keys", "https://me:pw@id.example/keys", "https://id.example\\@evil.example/",
    ])
    func keysDoNotTravelUnprotected(place: String) {
        var environment = complete
        environment["DAYBOOK_JWKS"] = place
        let error = #expect(throws: ConfigurationError.self) { try DaybookConfiguration(environment: environment) }
        #expect(error?.problems.map(\.key) == [.keySet])
    }

    @Test(arguments: ["http://127.0.0.1:9000/keys", "http://localhost/keys"])
    func keysOfThisMachineMay(place: String) throws {
        var environment = complete
        environment["DAYBOOK_JWKS"] = place
        let url = try #require(ProviderURL(place))
        #expect(try DaybookConfiguration(environment: environment).tokens?.keySet == .url(url))
    }

    @Test(arguments: ["keys.json", "/etc/daybook/keys.json", "file:///etc/daybook/keys.json"])
    func aFileIsAFile(place: String) throws {
        var environment = complete
        environment["DAYBOOK_JWKS"] = place
        let path = place.hasPrefix("file://") ? "/etc/daybook/keys.json" : place
        #expect(try DaybookConfiguration(environment: environment).tokens?.keySet == .file(path: path))
    }
}
