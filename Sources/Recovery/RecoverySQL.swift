import Foundation
import Postgres

/// The statements of this module, each a file of its own.
struct RecoverySQL: Sendable {
    /// The statement's text.
    let text: String

    /// The statement in a file under `SQL/`.
    init(_ path: String) throws {
        let file = Bundle.module.bundleURL.appendingPathComponent("SQL").appendingPathComponent(path)
        text = try String(contentsOf: file, encoding: .utf8)
    }

    /// The statement with its values, in the order of `$1`, `$2`, …
    func callAsFunction<each Value: PostgresEncodable>(_ values: repeat each Value) -> SQL {
        SQL(unescaped: text, repeat each values)
    }
}
