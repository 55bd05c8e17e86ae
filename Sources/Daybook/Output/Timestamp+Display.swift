import Time

extension Timestamp {
    /// For tables: to the second, which is what a person reads.
    var toTheSecond: String { String(rfc3339.prefix(19)) + "Z" }
}
