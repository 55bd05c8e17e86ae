/// The first page of a document.
package struct DocumentCover: Sendable, Hashable {
    /// Whose document it is.
    package var institution: String
    /// Its title.
    package var title: String
    /// A line below the title.
    package var subtitle: String
    /// What it was made from: filters, moment, position, checkpoint, in this order.
    package var facts: [DocumentFact]
    /// Small print below.
    package var note: String

    /// A cover.
    package init(institution: String, title: String, subtitle: String = "", facts: [DocumentFact], note: String = "") {
        self.institution = institution
        self.title = title
        self.subtitle = subtitle
        self.facts = facts
        self.note = note
    }
}

/// A label and what belongs to it.
package struct DocumentFact: Sendable, Hashable {
    /// What it is.
    package var label: String
    /// How it is; may have several lines.
    package var value: String
    /// Whether the value is written with letters of one width, as hashes and signatures are.
    package var isCode: Bool

    /// A fact.
    package init(_ label: String, _ value: String, isCode: Bool = false) {
        self.label = label
        self.value = value
        self.isCode = isCode
    }
}
