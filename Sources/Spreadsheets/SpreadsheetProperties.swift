package import Time

/// What a file says of itself.
package struct SpreadsheetProperties: Sendable, Hashable {
    /// Its title.
    package var title: String
    /// Who made it.
    package var author: String
    /// When it was made, to the second. Given, so that the same input gives the same bytes.
    package var created: Timestamp
    /// What it is about.
    package var subject: String
    /// The institution.
    package var company: String
    /// Anything more.
    package var comments: String
    /// Words to find it by.
    package var keywords: String

    /// The properties of a file.
    package init(
        title: String,
        author: String,
        created: Timestamp,
        subject: String = "",
        company: String = "",
        comments: String = "",
        keywords: String = ""
    ) {
        self.title = title
        self.author = author
        self.created = created
        self.subject = subject
        self.company = company
        self.comments = comments
        self.keywords = keywords
    }
}
