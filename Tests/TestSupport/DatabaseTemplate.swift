/// A database that is prepared once in a test process and copied for each test.
package struct DatabaseTemplate: Sendable {
    /// Names the preparation; two templates of one name are taken for the same.
    package let name: String
    /// Prepares the database behind the URL, and leaves no connection open.
    package let prepare: @Sendable (String) async throws -> Void

    /// - Parameter name: lower-case letters, digits and `_`
    package init(_ name: String, prepare: @escaping @Sendable (_ url: String) async throws -> Void) {
        self.name = name
        self.prepare = prepare
    }

    /// A database with nothing in it.
    package static let empty = DatabaseTemplate("empty") { _ in }
}
