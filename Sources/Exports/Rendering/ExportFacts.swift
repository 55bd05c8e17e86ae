package import Time

/// What a file says of itself. Nothing of who asked for it, nor when: the same report at the same position is the same
/// file.
package struct ExportFacts: Sendable, Hashable {
    /// The name of the report, for people.
    package var title: String
    /// What it tells.
    package var summary: String
    /// The log that it was made from.
    package var origin: String
    /// How many events of it count.
    package var size: Int64
    /// The root hash of the tree of those, in base 64.
    package var rootHash: String
    /// When the last of them was recorded.
    package var moment: Timestamp
    /// What was chosen, each with its name.
    package var choices: [Choice]
    /// The language and country whose habits it follows (BCP 47).
    package var locale: String
    /// The IANA time zone that times are told in.
    package var zone: String
    /// Whether a CSV file begins with a byte order mark.
    package var hasByteOrderMark: Bool
    /// What is shown as a picture as well, where the format has pictures.
    package var chart: ExportChart?

    /// A condition, in words.
    package struct Choice: Sendable, Hashable {
        package var name: String
        package var value: String
    }
}
