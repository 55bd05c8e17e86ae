import Testing
import Time

@Suite struct TimestampArithmeticTests {
    @Test func durationsAddUp() throws {
        let start = try #require(Timestamp(rfc3339: "2026-02-28T23:59:59.5Z"))
        let end = start.advanced(by: .milliseconds(1_500))
        #expect(end.rfc3339 == "2026-03-01T00:00:01.000000Z")
        #expect(end - start == .milliseconds(1_500))
        #expect(start - end == .milliseconds(-1_500))
        #expect(end - .milliseconds(1_500) == start)
        #expect(start + .zero == start)
    }

    @Test func whatIsBelowAMicrosecondIsCut() {
        #expect(Timestamp.epoch.advanced(by: .nanoseconds(1_999)).microseconds == 1)
        #expect(Timestamp.epoch.advanced(by: .nanoseconds(-1_999)).microseconds == -1)
    }

    @Test func nothingLiesOutsideTheYears1To9999() {
        #expect(Timestamp(microseconds: .max) == .latest)
        #expect(Timestamp(microseconds: .min) == .earliest)
        #expect(Timestamp.epoch.advanced(by: .seconds(Int64.max)) == .latest)
        #expect(Timestamp.epoch.advanced(by: .seconds(Int64.min)) == .earliest)
        #expect(Timestamp.latest.advanced(by: .microseconds(1)) == .latest)
    }

    @Test func theClockIsOfThisCentury() throws {
        let now = Timestamp.now()
        #expect(now > Timestamp(microseconds: 1_700_000_000_000_000))
        #expect(now < Timestamp(microseconds: 4_102_444_800_000_000))
    }
}
