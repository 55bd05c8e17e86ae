extension Timestamp {
    /// Always `YYYY-MM-DDTHH:MM:SS.ffffffZ`: 27 bytes, so that texts sort as their moments do.
    package var rfc3339: String {
        String(unsafeUninitializedCapacity: Self.rfc3339Length) { buffer in
            writeRFC3339(into: buffer)
            return Self.rfc3339Length
        }
    }

    /// The number of bytes of ``rfc3339``.
    package static let rfc3339Length = 27

    /// Appends the 27 bytes of ``rfc3339``.
    package func appendRFC3339(to bytes: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.rfc3339Length) { buffer in
            buffer.initialize(repeating: 0)
            writeRFC3339(into: buffer)
            bytes.append(contentsOf: buffer)
        }
    }

    /// Writes the 27 bytes of ``rfc3339`` at the start of memory that has room for them.
    package func writeRFC3339(into buffer: UnsafeMutableBufferPointer<UInt8>) {
        let microsecondsPerDay: Int64 = 86_400_000_000
        var days = microseconds / microsecondsPerDay
        var rest = microseconds % microsecondsPerDay
        if rest < 0 {
            days -= 1
            rest += microsecondsPerDay
        }
        let date = CivilDate(daysSinceEpoch: days)
        let seconds = rest / 1_000_000
        put(date.year, digits: 4, at: 0, in: buffer)
        buffer[4] = UInt8(ascii: "-")
        put(date.month, digits: 2, at: 5, in: buffer)
        buffer[7] = UInt8(ascii: "-")
        put(date.day, digits: 2, at: 8, in: buffer)
        buffer[10] = UInt8(ascii: "T")
        put(seconds / 3_600, digits: 2, at: 11, in: buffer)
        buffer[13] = UInt8(ascii: ":")
        put(seconds / 60 % 60, digits: 2, at: 14, in: buffer)
        buffer[16] = UInt8(ascii: ":")
        put(seconds % 60, digits: 2, at: 17, in: buffer)
        buffer[19] = UInt8(ascii: ".")
        put(rest % 1_000_000, digits: 6, at: 20, in: buffer)
        buffer[26] = UInt8(ascii: "Z")
    }

    private func put(_ value: Int64, digits: Int, at start: Int, in buffer: UnsafeMutableBufferPointer<UInt8>) {
        var rest = UInt64(value)
        var index = start + digits
        while index > start {
            index -= 1
            buffer[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }
}
