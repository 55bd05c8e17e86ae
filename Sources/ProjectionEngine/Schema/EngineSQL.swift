import Foundation

/// The engine's own SQL, from the files that are installed with the program.
enum EngineSQL {
    /// The text of a file in `SQL/`, with `{name}` replaced by the value for `name`.
    static func text(_ file: String, _ values: KeyValuePairs<String, String> = [:]) throws -> String {
        let url = Bundle.module.bundleURL.appendingPathComponent("SQL").appendingPathComponent(file)
        var text = try String(contentsOf: url, encoding: .utf8)
        for (name, value) in values { text = text.replacingOccurrences(of: "{\(name)}", with: value) }
        return text
    }
}
