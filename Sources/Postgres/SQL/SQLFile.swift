package import Foundation

/// A statement in a file under `SQL/` of a module's resources, with `$1`, `$2`, … for values or places in braces for fragments.
package struct SQLFile: Sendable {
    private enum Part: Sendable {
        case text(String)
        case place(String)
    }

    private let parts: [Part]
    /// The statement as it stands there, without lines that are comments.
    package let text: String

    /// The statement in a file. Comment lines are left out, so that they may speak of the places.
    ///
    /// - Parameters:
    ///   - path: from `SQL/` on.
    ///   - bundle: the resources of the module.
    package init(_ path: String, in bundle: Bundle) throws {
        let lines = try Self.text(path, in: bundle).split(separator: "\n").filter { !$0.hasPrefix("--") }
        text = lines.joined(separator: "\n")
        var rest = text[...]
        var parts: [Part] = []
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            parts.append(.text(String(rest[..<open])))
            parts.append(.place(String(rest[rest.index(after: open)..<close])))
            rest = rest[rest.index(after: close)...]
        }
        parts.append(.text(String(rest)))
        self.parts = parts
    }

    /// All of a file, comments included: of a script, or of what is kept by its digest.
    ///
    /// - Parameters:
    ///   - path: from `SQL/` on.
    ///   - bundle: the resources of the module.
    package static func text(_ path: String, in bundle: Bundle) throws -> String {
        try String(contentsOf: bundle.bundleURL.appendingPathComponent("SQL/\(path)"), encoding: .utf8)
    }

    /// The statement with its values, in the order of `$1`, `$2`, …
    package func callAsFunction<each Value: PostgresEncodable>(_ values: repeat each Value) -> SQL {
        SQL(unescaped: text, repeat each values)
    }

    /// The statement with something in each place. A place that nothing is given for stays, and the server refuses it.
    package func filled(_ values: [String: SQL]) -> SQL {
        var sql: SQL = ""
        for part in parts {
            switch part {
            case .text(let text): sql = "\(sql)\(unescaped: text)"
            case .place(let name):
                if let value = values[name] { sql = "\(sql)\(value)" } else { sql = "\(sql){\(unescaped: name)}" }
            }
        }
        return sql
    }
}
