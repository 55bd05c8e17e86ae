package import JSON

extension ExportReport {
    /// Writes what can be asked for as the members of a JSON object.
    package func write(to json: inout JSONWriter) {
        json.member("report", name)
        json.member("title", title)
        json.member("description", summary)
        json.member("permissions", [permission] + furtherPermissions)
        if !required.isEmpty { json.member("required", required) }
        if hasWords { json.member("words", true) }
        if let day { json.member("dayColumn", day) }
        json.member("sort", sort)
        json.member(
            "columns",
            array: { json in
                for column in columns {
                    json.object { json in
                        json.member("column", column.name)
                        json.member("title", column.title)
                        json.member("kind", column.kind.name)
                        if column.isPersonal { json.member("personal", true) }
                        if !column.isUsual { json.member("onRequest", true) }
                    }
                }
            }
        )
    }
}

extension ExportColumn.Kind {
    fileprivate var name: String {
        switch self {
        case .text: "text"
        case .integer: "integer"
        case .number: "number"
        case .money: "money"
        case .day: "day"
        case .timestamp: "timestamp"
        case .boolean: "boolean"
        case .json: "json"
        }
    }
}
