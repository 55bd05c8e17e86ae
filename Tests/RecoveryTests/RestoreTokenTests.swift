import Testing
import Time

@testable import Recovery

struct RestoreTokenTests {
    @Test func aTokenReadsBackAsItWas() throws {
        let time = try #require(Timestamp(rfc3339: "2026-03-01T06:00:00.000001Z"))
        for token in [
            PreviewToken(position: 0, digest: "ab", time: nil), PreviewToken(position: 17, digest: "cd", time: time),
        ] {
            #expect(PreviewToken(token.text) == token)
        }
    }

    @Test(arguments: ["", "x", "MTcgYWI", "LTEgYWIgLQ", "MTcgYWIgLQ==", "MTcgYWIgbm93"])
    func whatIsNoTokenIsRefused(text: String) {
        #expect(PreviewToken(text) == nil)
    }
}
