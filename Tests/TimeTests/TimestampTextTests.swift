import Testing
import Time

@Suite struct TimestampTextTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (4_107_542_399_999_999, "2100-02-28T23:59:59.999999Z"),
            (1_767_225_600_123_456, "2026-01-01T00:00:00.123456Z"),
            (-62_135_596_800_000_000, "0001-01-01T00:00:00.000000Z"),
            (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
        ] as [(Int64, String)]
    )
    func aMomentHasOneTextAndItReadsBack(microseconds: Int64, text: String) {
        let timestamp = Timestamp(microseconds: microseconds)
        #expect(timestamp.rfc3339 == text)
        #expect(Timestamp(rfc3339: text) == timestamp)
        var bytes: [UInt8] = [0x22]
        timestamp.appendRFC3339(to: &bytes)
        #expect(bytes == [0x22] + Array(text.utf8))
    }

    @Test(arguments: [
        ("2026-03-01T12:00:00+02:00", "2026-03-01T10:00:00.000000Z"),
        ("2026-03-01T00:30:00+01:00", "2026-02-28T23:30:00.000000Z"),
        ("2026-03-01T12:00:00.5-03:30", "2026-03-01T15:30:00.500000Z"),
        ("2026-03-01T12:00:00-00:00", "2026-03-01T12:00:00.000000Z"),
        ("2026-03-01T12:00:00.1Z", "2026-03-01T12:00:00.100000Z"),
        ("2026-03-01T12:00:00.000001Z", "2026-03-01T12:00:00.000001Z"),
        ("2024-02-29T23:59:59Z", "2024-02-29T23:59:59.000000Z"),
        ("9999-12-31T23:59:59+23:59", "9999-12-31T00:00:59.000000Z"),
    ])
    func offsetsAndShorterFractionsAreRead(text: String, inUTC: String) {
        #expect(Timestamp(rfc3339: text)?.rfc3339 == inUTC)
    }

    @Test(arguments: [
        "", "2026", "2026-03-01", "2026-03-01T12:00Z", "2026-03-01T12:00:00", "2026-03-01 12:00:00Z",
        "2026-03-01t12:00:00Z", "2026-03-01T12:00:00z", "2026-03-01T12:00:00.Z", "2026-03-01T12:00:00.1234567Z",
        "2026-03-01T12:00:60Z", "2026-03-01T24:00:00Z", "2026-03-01T12:60:00Z", "2026-13-01T12:00:00Z",
        "2026-00-01T12:00:00Z", "2026-02-29T12:00:00Z", "1900-02-29T12:00:00Z", "2026-04-31T12:00:00Z",
        "2026-04-00T12:00:00Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
        "2026-03-01T12:00:00+24:00", "2026-03-01T12:00:00+02:60", "2026-03-01T12:00:00+0200",
        "2026-03-01T12:00:00+02", "2026-03-01T12:00:00Z ", " 2026-03-01T12:00:00Z", "2026-03-01T12:00:00ZZ",
        "2026-03-01T12:00:00.5", "+026-03-01T12:00:00Z", "2026-3-01T12:00:00Z", "20260301T120000Z",
        "２０２６-03-01T12:00:00Z", "2026-03-01T12:00:00\u{0}Z",
    ])
    func whatIsNotAMomentIsRefused(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test func textsSortAsTheirMomentsDo() {
        var generator = SystemRandomNumberGenerator()
        let range = Timestamp.earliest.microseconds...Timestamp.latest.microseconds
        let moments = (0..<2_000).map { _ in Timestamp(microseconds: .random(in: range, using: &generator)) }
        #expect(moments.sorted().map(\.rfc3339) == moments.map(\.rfc3339).sorted())
        for moment in moments { #expect(Timestamp(rfc3339: moment.rfc3339) == moment) }
    }

    @Test func everyDayOfTheCalendarFollowsTheOneBefore() {
        var days: Int64 = 0
        for year in Int64(1996)...2104 {
            for month in Int64(1)...12 {
                let length: Int64 =
                    switch month {
                    case 2: year % 4 == 0 && year != 2100 ? 29 : 28
                    case 4, 6, 9, 11: 30
                    default: 31
                    }
                for day in 1...length {
                    let seconds = (9_496 + days) * 86_400
                    let expected = [year, month, day].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: "-")
                    #expect(Timestamp(microseconds: seconds * 1_000_000).rfc3339.hasPrefix(expected))
                    days += 1
                }
            }
        }
    }

    @Test func noBytesMakeReadingFail() {
        var generator = SystemRandomNumberGenerator()
        let valid = Array("2026-03-01T12:00:00.123456+02:00".utf8)
        for _ in 0..<20_000 {
            var bytes = valid
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                bytes[Int.random(in: bytes.indices, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            bytes.removeLast(Int.random(in: 0...12, using: &generator))
            guard let timestamp = bytes.withUnsafeBufferPointer({ Timestamp(rfc3339: $0) }) else { continue }
            #expect(Timestamp(rfc3339: timestamp.rfc3339) == timestamp)
        }
    }
}
