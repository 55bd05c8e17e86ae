package import Postgres

/// What some schemas of a database hold: objects by kind and name, each with its definition as text.
package struct SchemaCatalogue: Sendable {
    private struct Object: Hashable {
        var kind: String
        var name: String
    }

    private var definitions: [Object: String] = [:]

    /// A catalogue from rows of kind, name and definition, in that order; rows of the same definitions have to come in
    /// the same order.
    package init(_ rows: [PostgresRow]) throws {
        for row in rows {
            let (kind, name, definition) = try row.decode((String, String, String?).self)
            // Objects may share a name, as overlapping rights do; then all of their definitions count.
            definitions[Object(kind: kind, name: name), default: ""] += definition ?? ""
        }
    }

    /// What of it is not as it was made, one sentence each, by kind and name.
    package func differences(from made: SchemaCatalogue) -> [String] {
        let objects = Set(definitions.keys).union(made.definitions.keys)
        return objects.sorted { ($0.kind, $0.name) < ($1.kind, $1.name) }.compactMap { object in
            switch (definitions[object], made.definitions[object]) {
            case (nil, _): "The \(object.kind) \(object.name) is missing."
            case (_, nil): "The \(object.kind) \(object.name) does not belong there."
            case (let found, let wanted) where found != wanted:
                "The \(object.kind) \(object.name) is not what Daybook made."
            default: nil
            }
        }
    }
}
