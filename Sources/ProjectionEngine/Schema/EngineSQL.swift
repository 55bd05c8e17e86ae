import Foundation
import Postgres

/// The engine's own SQL, from the files that are installed with the program.
enum EngineSQL {
    /// The text of a file in `SQL/`, with `{name}` replaced by the value for `name`.
    static func text(_ file: String, _ values: KeyValuePairs<String, String> = [:]) throws -> String {
        var text = try SQLFile.text(file, in: .module)
        for (name, value) in values { text = text.replacingOccurrences(of: "{\(name)}", with: value) }
        return text
    }
}
