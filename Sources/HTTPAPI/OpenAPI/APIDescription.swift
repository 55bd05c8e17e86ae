/// What the OpenAPI document says of the whole.
package struct APIDescription: Sendable {
    /// The name of the API.
    package var title: String
    /// The version of the server.
    package var version: String
    /// What it is, in Markdown.
    package var summary: String

    package init(title: String = "Daybook", version: String, summary: String = "") {
        self.title = title
        self.version = version
        self.summary = summary
    }
}
