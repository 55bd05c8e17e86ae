package import JSON

/// A question about the history as somebody wants to keep it.
package struct SearchDraft: Sendable, Hashable {
    /// What a name may be.
    package static let nameRule = StringRule(1...120)
    /// What words may be.
    package static let wordsRule = StringRule(1...1_000, .text)

    /// What its owner calls it.
    package var name: String
    /// What is asked for.
    package var filter: AuditFilter
    /// As of when; as of now, whenever it is asked, if nil.
    package var moment: SavedMoment?

    /// A question with a name.
    package init(name: String, _ filter: AuditFilter, asOf moment: SavedMoment? = nil) {
        self.name = name
        self.filter = filter
        self.moment = moment
    }
}
