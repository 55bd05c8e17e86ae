import Postgres
import Time

/// The fragments of a query of one resource. Names come from its declaration, values are bound.
struct ResourceSQL {
    let resource: Resource
    let query: ResourceQuery
    let sight: ResourceSight
    /// How many events of the log count; nil for all that the read model holds.
    let size: Int64?

    /// The members that are read.
    var fields: [ResourceColumn] { query.fields ?? resource.columns }

    private var sort: ResourceQuery.Sort? {
        query.sort ?? resource.defaultSort.flatMap(resource.column).map { ResourceQuery.Sort($0) }
    }

    /// What a page is ordered by, the key last.
    private var order: [ResourceColumn] {
        let key = resource.keyColumns
        guard let sort, sort.column != key.first || key.count > 1 else { return key }
        return [sort.column] + key
    }

    /// How many columns at the end of a row name its place.
    var placeCount: Int { order.count }

    var fragments: [String: SQL] {
        var columns: SQL = ""
        for (index, field) in fields.enumerated() {
            columns = "\(columns)\(shown(field)) as \(identifier: "f\(index)"), "
        }
        for (index, column) in order.enumerated() {
            if index > 0 { columns = "\(columns), " }
            columns = "\(columns)\(comparable(column))::text as \(identifier: "p\(index)")"
        }
        return [
            "model": "\(resource.readModel)",
            "columns": columns,
            "table": "\(identifier: resource.readModel).\(identifier: resource.table)",
            "moment": moment,
            "conditions": conditions,
            "order": ordering,
            "limit": "\(Int64(query.limit) + 1)",
        ]
    }

    private var moment: SQL {
        guard let size else { return "t.until_position is null" }
        return "t.from_position < \(size) and (t.until_position is null or t.until_position >= \(size))"
    }

    private var conditions: SQL {
        var sql: SQL = "true"
        if let branches = sight.branches { sql = "\(sql) and t.branch_id = any(\(branches.sorted()))" }
        for filter in query.filters { sql = "\(sql) and \(condition(filter))" }
        if let after = query.after, after.count == order.count { sql = "\(sql) and \(behind(after))" }
        return sql
    }

    private var ordering: SQL {
        let direction: SQL = sort?.isDescending == true ? " desc" : ""
        var sql: SQL = ""
        for (index, column) in order.enumerated() {
            if index > 0 { sql = "\(sql), " }
            sql = "\(sql)\(comparable(column))\(direction)"
        }
        return sql
    }

    private func behind(_ place: ResourceQuery.Place) -> SQL {
        var left: SQL = ""
        var right: SQL = ""
        for (index, (column, text)) in zip(order, place).enumerated() {
            if index > 0 { (left, right) = ("\(left), ", "\(right), ") }
            left = "\(left)\(comparable(column))"
            right = "\(right)\(text)::\(unescaped: Self.sqlType(column))"
        }
        let sign: SQL = sort?.isDescending == true ? "<" : ">"
        return "(\(left)) \(sign) (\(right))"
    }

    private func condition(_ filter: ResourceQuery.Filter) -> SQL {
        let sign: SQL =
            switch filter.relation {
            case .equal: "="
            case .from: ">="
            case .to: "<="
            }
        let value: SQL =
            switch filter.value {
            case .text(let text): "\(text)"
            case .integer(let integer): "\(integer)"
            case .boolean(let boolean): "\(boolean)"
            case .day(let day): "\(day.text)::date"
            case .timestamp(let timestamp): "\(timestamp)"
            }
        return "\(visible(filter.column)) \(sign) \(value)"
    }

    // MARK: One member

    /// The member as far as the reader may see it: what may not be read cannot be guessed by filters either.
    private func visible(_ column: ResourceColumn) -> SQL {
        let plain: SQL = "t.\(identifier: column.column)"
        guard column.isPersonal, let branches = sight.personal else { return plain }
        if branches.isEmpty { return "null::\(unescaped: Self.sqlType(column))" }
        return "case when t.branch_id = any(\(branches.sorted())) then \(plain) end"
    }

    /// The member in the form in which it is decoded.
    private func shown(_ column: ResourceColumn) -> SQL {
        switch column.kind {
        case .text, .boolean, .timestamp, .json: visible(column)
        case .integer: "(\(visible(column)))::bigint"
        case .day, .sum: "(\(visible(column)))::text"
        }
    }

    /// The member as something that is never null, so that places can be compared.
    private func comparable(_ column: ResourceColumn) -> SQL {
        switch column.kind {
        // By bytes, as places are compared, whichever way the database puts texts in order.
        case .text: "(coalesce(\(visible(column)), '') collate \"C\")"
        case .json: "coalesce(\(visible(column)), '')"
        case .integer: "coalesce((\(visible(column)))::bigint, 0)"
        case .sum: "coalesce(\(visible(column)), 0)"
        case .boolean: "coalesce(\(visible(column)), false)"
        case .day, .timestamp: "coalesce(\(visible(column)), 'infinity')"
        }
    }

    private static func sqlType(_ column: ResourceColumn) -> String {
        switch column.kind {
        case .text: "text collate \"C\""
        case .json: "json"
        case .integer: "bigint"
        case .sum: "numeric"
        case .boolean: "boolean"
        case .day: "date"
        case .timestamp: "timestamptz"
        }
    }
}
