import Foundation
import Postgres

/// A statement of this module: a file under `SQL/`, whose header says what its parameters are.
///
/// `{schema}` in it stands for the schema of read model `notifications`: the current one, or a side schema of a moment.
struct NotificationsSQL: Sendable {
    /// The schema that serves.
    static let current = "notifications"

    private let text: String

    /// The statement in a file.
    init(_ path: String) throws {
        let file = Bundle.module.bundleURL.appendingPathComponent("SQL").appendingPathComponent(path)
        text = try String(contentsOf: file, encoding: .utf8)
    }

    /// The statement with its values, in the order of `$1`, `$2`, …
    func callAsFunction<each Value: PostgresEncodable>(
        in schema: String = NotificationsSQL.current,
        _ values: repeat each Value
    ) -> SQL {
        SQL(unescaped: text.replacing("{schema}", with: SQL.quoted(identifier: schema)), repeat each values)
    }
}
