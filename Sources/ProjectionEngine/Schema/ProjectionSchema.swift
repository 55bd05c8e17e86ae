import Postgres

/// The SQL that makes the schema of one read model: its tables, and functions from its apply.sql.
struct ProjectionSchema {
    let definition: ProjectionDefinition
    /// The schema's name.
    let name: String
    /// How many positions a range covers from which on it is planned by itself: that takes a few milliseconds.
    let many: Int64

    init(_ definition: ProjectionDefinition, name: String? = nil, many: Int64 = 1_000) {
        self.definition = definition
        self.name = name ?? definition.schemaName
        self.many = many
    }

    private var quoted: String { SQL.quoted(identifier: name) }

    /// Makes the schema, its tables and its functions.
    func creation() throws -> String {
        try """
        create schema \(quoted);
        grant usage on schema \(quoted) to daybook_writer, daybook_reader;
        set local search_path = \(quoted), pg_temp;
        \(definition.tables)
        grant select on all tables in schema \(quoted) to daybook_writer, daybook_reader;
        \(functions())
        """
    }

    /// Makes its functions; again, once the schema was renamed.
    func functions() throws -> String {
        let apply = Self.numbering(definition.apply, ["from": 1, "to": 2])
        var text = try EngineSQL.text(
            "functions.sql",
            ["schema": quoted, "apply": apply, "types": occurringTypes, "many": "\(many)"]
        )
        if let rewind = definition.rewind {
            let rewind = Self.numbering(rewind, ["at": 1, "to": 2])
            text += try EngineSQL.text("apply-rewinding.sql", ["schema": quoted, "rewind": rewind])
        } else {
            text += try EngineSQL.text("apply.sql", ["schema": quoted])
        }
        if let preview = definition.preview {
            let preview = Self.numbering(preview, ["to": 1])
            text += try EngineSQL.text("preview.sql", ["schema": quoted, "preview": preview])
        }
        return text
    }

    /// An array of the types that the read model applies and that occur at positions $1 to $2.
    private var occurringTypes: String {
        guard let types = definition.manifest.types else {
            return "array(select distinct e.type from log.events as e where e.position between $1 and $2)"
        }
        let names = types.map { SQL.quoted(literal: $0.rawValue) }.sorted().joined(separator: ", ")
        // A look-up for each type, however long the range is.
        return """
            array(
                    select t.type from unnest(array[\(names)]) as t (type)
                    where exists (
                        select from log.events as e where e.type = t.type and e.position between $1 and $2
                    )
                )
            """
    }

    /// Makes the indexes that only queries need.
    func indexing() -> String {
        "set local search_path = \(quoted), pg_temp;\n\(definition.indexes)"
    }

    /// Applies a range of positions.
    func applying(_ range: Range<Int64>) -> SQL {
        "select \(identifier: name).apply(\(range.lowerBound), \(range.upperBound - 1))"
    }

    /// Replaces `$name` by `$n`, where no longer name begins there.
    static func numbering(_ text: String, _ numbers: [String: Int]) -> String {
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            let name = rest[rest.index(after: dollar)...].prefix { $0.isLetter || $0 == "_" }
            if let number = numbers[String(name)] {
                result += "$\(number)"
            } else {
                result += "$" + name
            }
            rest = rest[name.endIndex...]
        }
        return result + rest
    }
}

extension ProjectionDefinition {
    /// Where the tables of this version stand.
    var schemaName: String { "\(name)_v\(manifest.version)" }
    /// Where they are rebuilt.
    var buildingSchemaName: String { "\(schemaName)_next" }
    /// Where the tables that a rebuild replaced wait to be dropped.
    var retiredSchemaName: String { "\(schemaName)_old" }
}
