/// The pages of a listing, as far as they have been read: a server that says for ever that there is more is not believed.
struct ListingPages {
    /// More is not kept in memory.
    static let entryLimit = 1_000_000
    /// So much a page counts for at least, so that there is an end of empty ones too.
    private static let leastCount = 100

    private var entries = 0
    private var marker: [String]?

    /// Where to go on after a page; nil where that was the last.
    ///
    /// - Parameters:
    ///   - entries: how many the page has.
    ///   - names: of the members that say where to go on, the first of which has to be there.
    /// - Throws: ``S3Error`` where the page says that there is more and not how to ask for it, names the place where it began
    ///   itself, or where there are more entries than are kept.
    mutating func next(after page: XMLNode, entries: Int, _ names: String...) throws(S3Error) -> [String]? {
        self.entries += max(entries, Self.leastCount)
        guard page["IsTruncated"] == "true" else { return nil }
        let next = names.map { page[$0] ?? "" }
        guard let first = next.first, !first.isEmpty, next != marker else {
            throw S3Error(.unexpected, "The S3 server says that there is more, and not how to ask for it.")
        }
        guard self.entries < Self.entryLimit else {
            throw S3Error(.unexpected, "The S3 server lists more than \(Self.entryLimit) entries.")
        }
        marker = next
        return next
    }

    /// A name that a server gives to something; one that is longer than any may be is none.
    static func name(_ text: String?) throws(S3Error) -> String? {
        if let text, text.utf8.count > 1_024 {
            throw S3Error(.unexpected, "The S3 server lists a name that is longer than any may be.")
        }
        return text
    }
}
