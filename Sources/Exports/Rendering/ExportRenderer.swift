/// Makes a file of rows as they come, holding few of them.
///
/// Not to be shared: made, fed and finished by one task, whose thread its calls may block. A renderer that is let go of
/// before it is finished leaves no file that is whole.
package protocol ExportRenderer: AnyObject {
    /// Begins the file.
    func begin(_ columns: [ExportColumn], _ facts: ExportFacts) throws
    /// Adds a row, with a value for each column.
    func row(_ row: borrowing ExportRow) throws
    /// Ends the file, all of which is written then.
    func finish() throws -> RenderedFile
}

/// What became of a file that was made.
package struct RenderedFile: Sendable, Hashable {
    /// How many pages it has, if it has any.
    package var pages: Int64?

    /// A file.
    package init(pages: Int64? = nil) { self.pages = pages }
}
