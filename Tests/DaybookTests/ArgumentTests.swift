import ArgumentParser
import Testing
import Time

@testable import Daybook

@Suite struct ArgumentTests {
    @Test(arguments: [("90s", 90), ("15m", 900), ("12h", 43_200), ("30d", 2_592_000), ("2w", 1_209_600)])
    func anExpiryMayBeInHowLong(text: String, seconds: Int64) throws {
        let now = try #require(Timestamp(rfc3339: "2025-10-01T08:00:00Z"))
        let expiry = try #require(Expiry(argument: text))
        #expect(expiry.moment(after: now) == now + .seconds(seconds))
    }

    @Test func anExpiryMayBeATime() throws {
        let expiry = try #require(Expiry(argument: "2026-01-31T00:00:00+01:00"))
        #expect(expiry.moment(after: .now()).rfc3339 == "2026-01-30T23:00:00.000000Z")
    }

    @Test(arguments: ["", "d", "0d", "-1d", "1.5h", "30", "30 d", "30y", "999999999999999999999d", "2026-01-31"])
    func whatIsNoExpiryIsRefused(text: String) {
        #expect(Expiry(argument: text) == nil)
    }

    @Test func aMomentIsAPositionOrATime() throws {
        guard case .position(20_117)? = MomentArgument(argument: "20117") else {
            Issue.record("a position")
            return
        }
        guard case .time(let time)? = MomentArgument(argument: "2025-10-01T08:00:00Z") else {
            Issue.record("a time")
            return
        }
        #expect(time.rfc3339 == "2025-10-01T08:00:00.000000Z")
        // No event is at 2^53 or later.
        #expect(MomentArgument(argument: "9007199254740991") != nil)
        let none = ["9007199254740992", "9223372036854775807", "9223372036854775808"]
        for text in none { #expect(MomentArgument(argument: text) == nil) }
        for text in ["", "-1", "1e3", "yesterday", "2025-10-01"] { #expect(MomentArgument(argument: text) == nil) }
    }

    @Test func daysThatNobodyMeansAreRefused() {
        let days = "200000000"
        #expect(throws: (any Error).self) { try BackupPrune.parse(["--keep-days", days]) }
        #expect(throws: (any Error).self) { try ArchiveCreate.parse(["--older-than-days", days]) }
        #expect(throws: Never.self) { try BackupPrune.parse(["--keep-days", "36500", "--keep-yearly", "1000"]) }
        #expect(throws: Never.self) { try ArchiveCreate.parse(["--older-than-days", "36500"]) }
    }
}
