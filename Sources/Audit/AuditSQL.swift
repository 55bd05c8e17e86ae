import Foundation
import Postgres

/// A statement of this module: a file under `SQL/` with places in braces, which conditions and values are put into.
struct AuditSQL: Sendable {
    private enum Part: Sendable {
        case text(String)
        case place(String)
    }

    private let parts: [Part]

    /// The statement in a file.
    init(_ path: String) throws {
        let file = Bundle.module.bundleURL.appendingPathComponent("SQL").appendingPathComponent(path)
        self.init(text: try String(contentsOf: file, encoding: .utf8))
    }

    /// A statement. Comment lines are left out, so that they may speak of the places.
    init(text: String) {
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("--") }
        var rest = lines.joined(separator: "\n")[...]
        var parts: [Part] = []
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            parts.append(.text(String(rest[..<open])))
            parts.append(.place(String(rest[rest.index(after: open)..<close])))
            rest = rest[rest.index(after: close)...]
        }
        parts.append(.text(String(rest)))
        self.parts = parts
    }

    /// The statement with something in each place. A place that nothing is given for stays, and the server refuses it.
    func callAsFunction(_ values: [String: SQL]) -> SQL {
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
