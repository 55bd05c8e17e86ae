package import Time

/// What a document is, and how its pages look.
package struct DocumentSetup: Sendable {
    /// The size of its pages.
    package enum Paper: Sendable, Hashable {
        case a4, letter
    }

    /// The title, in the file's properties.
    package var title: String
    /// Who made it.
    package var author: String
    /// When it was made, to the second. Given, so that the same input gives the same bytes.
    package var created: Timestamp
    /// What it is about.
    package var subject: String
    /// Its language (BCP 47): chooses forms of letters, and tells it to screen readers.
    package var language: String
    /// The size of its pages.
    package var paper: Paper
    /// Whether its pages lie on their side.
    package var landscape: Bool
    /// Whether lines and columns begin at the right.
    package var rightToLeft: Bool
    /// At the top of every page but the cover.
    package var runningHead: String
    /// At the foot of every page, beside its number.
    package var footer: String
    /// What a page says of its number.
    package var pageLabel: @Sendable (_ page: Int, _ pages: Int) -> String

    /// A document.
    package init(
        title: String,
        author: String,
        created: Timestamp,
        subject: String = "",
        language: String = "en",
        paper: Paper = .a4,
        landscape: Bool = false,
        rightToLeft: Bool = false,
        runningHead: String = "",
        footer: String = "",
        pageLabel: @escaping @Sendable (_ page: Int, _ pages: Int) -> String = { "Page \($0) of \($1)" }
    ) {
        self.title = title
        self.author = author
        self.created = created
        self.subject = subject
        self.language = language
        self.paper = paper
        self.landscape = landscape
        self.rightToLeft = rightToLeft
        self.runningHead = runningHead
        self.footer = footer
        self.pageLabel = pageLabel
    }
}
