import JSON
import Testing
import Time

@testable import HTTPAPI

/// What claims have to be, at their bounds.
@Suite struct ClaimTests {
    private static let now = TestIssuer.now
    private static func number(_ text: String) -> JSONValue { JSONNumber(text: text).map(JSONValue.number) ?? .null }

    private func authenticator(
        _ issuer: TestIssuer,
        _ change: (inout JWTSettings) -> Void = { _ in }
    ) -> JWTAuthenticator {
        var settings = TestIssuer.settings
        change(&settings)
        let source = ChangingKeySet(TestIssuer.keySet(issuer))
        return JWTAuthenticator(settings, keys: KeySet(source, algorithms: settings.algorithms, logger: .silent))
    }

    @Test func aMinuteOfSkewUnlessSaidOtherwise() {
        #expect(JWTSettings(issuer: "i", audience: "a").clockSkew == .seconds(60))
    }

    /// The skew is 30 seconds here.
    @Test(arguments: [
        ("exp", "-30", false), ("exp", "-29.999999", true), ("exp", "-30.000001", false),
        ("nbf", "+30", true), ("nbf", "+30.000001", false), ("iat", "+30", true), ("iat", "+30.000001", false),
        ("iat", "+315360000", false), ("exp", "+315360000", true), ("nbf", "-1000000000", true),
    ])
    func theBoundsAreExact(name: String, offset: String, isAccepted: Bool) async throws {
        let issuer = try await TestIssuer.make()
        let sign: Int64 = offset.hasPrefix("-") ? -1 : 1
        let parts = offset.dropFirst().split(separator: ".")
        let micros =
            Self.now * 1_000_000
            + sign * ((Int64(parts[0]) ?? 0) * 1_000_000 + (parts.count > 1 ? Int64(parts[1]) ?? 0 : 0))
        let fraction = String(String(1_000_000 + micros % 1_000_000).dropFirst())
        let value = Self.number("\(micros / 1_000_000).\(fraction)")
        let outcome = try await outcome(of: issuer.token(claims: [name: value]), by: authenticator(issuer))
        #expect(outcome == (isAccepted ? "ok" : "401"))
    }

    @Test(arguments: ["exp", "nbf", "iat"])
    func aTimeIsANumberWithinReason(name: String) async throws {
        let issuer = try await TestIssuer.make()
        let jwt = authenticator(issuer)
        let wrong: [JSONValue] = [
            .string("\(Self.now)"), .string(""), .bool(true), .array([.number(JSONNumber(Self.now))]), .object([:]),
            Self.number("1e400"), Self.number("-1e400"), Self.number("1e20"), Self.number("-1e20"),
            Self.number("253402300800"), Self.number("9223372036854775808"), Self.number("18446744073709551616"),
            Self.number(String(repeating: "9", count: 400)),
        ]
        for value in wrong {
            #expect(value != .null)
            #expect(try await outcome(of: issuer.token(claims: [name: value]), by: jwt) == "401", "\(value)")
        }
    }

    @Test(
        arguments: [
            .string(String(repeating: "a", count: 201)), .string("ada\u{0}"), .string("\u{202E}ada"), 7,
            .array(["ada"]),
            "system", "operator", "anonymous",
        ] as [JSONValue]
    )
    func aSubjectThatIsNobodyIs401(subject: JSONValue) async throws {
        let issuer = try await TestIssuer.make()
        #expect(try await outcome(of: issuer.token(claims: ["sub": subject]), by: authenticator(issuer)) == "401")
    }

    @Test func aSubjectOfTwoHundredCharactersIsSomebody() async throws {
        let issuer = try await TestIssuer.make()
        let token = try issuer.token(claims: ["sub": .string(String(repeating: "a", count: 200))])
        #expect(await outcome(of: token, by: authenticator(issuer)) == "ok")
    }

    @Test(
        arguments: [
            .array([]), .array([7, "daybook"]), .array([.array(["daybook"])]), .object(["daybook": true]), "daybook ",
            "Daybook", "",
        ] as [JSONValue]
    )
    func anAudienceIsATextOrAListOfThem(audience: JSONValue) async throws {
        let issuer = try await TestIssuer.make()
        #expect(try await outcome(of: issuer.token(claims: ["aud": audience]), by: authenticator(issuer)) == "401")
    }

    @Test func namesAreComparedByTheirBytes() async throws {
        let issuer = try await TestIssuer.make()
        // Both of each pair show as the same and are equal to Swift.
        let jwt = authenticator(issuer) {
            $0.issuer = "https://id.example.org/caf\u{E9}"
            $0.audience = "K"
        }
        for (name, audience, expected) in [
            ("caf\u{E9}", "K", "ok"), ("cafe\u{301}", "K", "401"), ("caf\u{E9}", "\u{212A}", "401"),
        ] {
            let token = try issuer.token(
                claims: ["iss": .string("https://id.example.org/\(name)"), "aud": .string(audience)]
            )
            #expect(await outcome(of: token, by: jwt) == expected)
        }
    }

    @Test(arguments: ["https://id.example.org/", "HTTPS://id.example.org", "https://id.example.org ", ""])
    func theIssuerIsTheSameToTheLetter(name: String) async throws {
        let issuer = try await TestIssuer.make()
        #expect(try await outcome(of: issuer.token(claims: ["iss": .string(name)]), by: authenticator(issuer)) == "401")
    }
}
