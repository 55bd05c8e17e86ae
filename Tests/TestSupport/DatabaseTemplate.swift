/// A database that is prepared once in a test process and copied for each test.
package struct DatabaseTemplate: Sendable {
    /// Names the preparation; two templates of one name are taken for the same.
    package let name: String
    /// How the database is made, as `CREATE DATABASE` takes it.
    let options: String
    /// Prepares the database behind the URL, and leaves no connection open.
    package let prepare: @Sendable (String) async throws -> Void

    /// - Parameters:
    ///   - name: lower-case letters, digits and `_`
    ///   - options: as `CREATE DATABASE` takes them, after the name
    package init(
        _ name: String,
        options: String = "",
        prepare: @escaping @Sendable (_ url: String) async throws -> Void
    ) {
        self.name = name
        self.options = options
        self.prepare = prepare
    }

    /// A database with nothing in it.
    package static let empty = DatabaseTemplate("empty") { _ in }
}
