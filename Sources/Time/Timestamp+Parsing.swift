extension Timestamp {
    /// Reads an RFC 3339 `date-time`.
    ///
    /// Accepted: upper-case `T`, `Z` or an offset of up to ±23:59, and up to six fractional digits; more would be
    /// lost, so they are refused. A second of 60 is refused, for there are no leap seconds here; so are days that the
    /// calendar does not have and moments outside the years 0001 to 9999 in UTC.
    package init?(rfc3339 text: String) {
        let parsed = text.utf8.withContiguousStorageIfAvailable { Self(rfc3339: $0) }
        guard let timestamp = parsed ?? Array(text.utf8).withUnsafeBufferPointer({ Self(rfc3339: $0) }) else {
            return nil
        }
        self = timestamp
    }

    /// Reads the UTF-8 bytes of an RFC 3339 `date-time`, under the same rules.
    package init?(rfc3339 bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count >= 20, bytes.count <= 32,
            let year = Self.number(in: bytes, 0..<4), year >= 1, bytes[4] == UInt8(ascii: "-"),
            let month = Self.number(in: bytes, 5..<7), (1...12).contains(month), bytes[7] == UInt8(ascii: "-"),
            let day = Self.number(in: bytes, 8..<10), day >= 1, day <= CivilDate.daysInMonth(month, of: year),
            bytes[10] == UInt8(ascii: "T"),
            let hour = Self.number(in: bytes, 11..<13), hour < 24, bytes[13] == UInt8(ascii: ":"),
            let minute = Self.number(in: bytes, 14..<16), minute < 60, bytes[16] == UInt8(ascii: ":"),
            let second = Self.number(in: bytes, 17..<19), second < 60
        else { return nil }

        var index = 19
        var fraction: Int64 = 0
        if bytes[index] == UInt8(ascii: ".") {
            index += 1
            let first = index
            while index < bytes.count, let digit = Self.digit(bytes[index]) {
                guard index - first < 6 else { return nil }
                fraction = fraction * 10 + digit
                index += 1
            }
            guard index > first else { return nil }
            for _ in (index - first)..<6 { fraction *= 10 }
        }
        guard let offset = Self.offset(in: bytes, from: index) else { return nil }

        let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset
        let microseconds = seconds * 1_000_000 + fraction
        guard microseconds >= Self.earliest.microseconds, microseconds <= Self.latest.microseconds else { return nil }
        self.init(microseconds: microseconds)
    }

    /// Seconds east of UTC, if all that is left of `bytes` is `Z` or an offset.
    private static func offset(in bytes: UnsafeBufferPointer<UInt8>, from index: Int) -> Int64? {
        guard index < bytes.count else { return nil }
        switch (bytes[index], bytes.count - index) {
        case (UInt8(ascii: "Z"), 1):
            return 0
        case (UInt8(ascii: "+"), 6), (UInt8(ascii: "-"), 6):
            guard let hours = number(in: bytes, (index + 1)..<(index + 3)), hours < 24,
                bytes[index + 3] == UInt8(ascii: ":"),
                let minutes = number(in: bytes, (index + 4)..<(index + 6)), minutes < 60
            else { return nil }
            let seconds = hours * 3_600 + minutes * 60
            return bytes[index] == UInt8(ascii: "-") ? -seconds : seconds
        default:
            return nil
        }
    }

    private static func number(in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int64? {
        var value: Int64 = 0
        for index in range {
            guard let digit = digit(bytes[index]) else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    private static func digit(_ byte: UInt8) -> Int64? {
        let value = byte &- UInt8(ascii: "0")
        return value < 10 ? Int64(value) : nil
    }
}
