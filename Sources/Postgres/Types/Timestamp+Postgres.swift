package import Time

extension Timestamp: PostgresArrayElement, PostgresDecodable {
    package static var postgresType: PostgresType { .timestamptz }
    package static var postgresArrayType: PostgresType { .timestamptzArray }

    /// 2000-01-01T00:00:00Z, from which the server counts, in microseconds since 1970.
    private static let serverEpoch: Int64 = 946_684_800_000_000

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: microseconds - Self.serverEpoch)
    }

    package static func decode(
        _ bytes: UnsafeRawBufferPointer,
        type: PostgresType
    ) throws(PostgresValueError) -> Timestamp {
        guard type == .timestamptz, bytes.count == 8 else { throw .mismatch(type, Timestamp.self) }
        let value: Int64 = bytes.bigEndian()
        let (microseconds, overflow) = value.addingReportingOverflow(serverEpoch)
        let timestamp = Timestamp(microseconds: microseconds)
        guard !overflow, value != .min, timestamp.microseconds == microseconds else {
            throw PostgresValueError("is infinite or outside the years 0001 to 9999, which no Timestamp is")
        }
        return timestamp
    }
}
