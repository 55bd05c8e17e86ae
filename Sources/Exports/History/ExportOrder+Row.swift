import JSON
import Postgres

extension ExportOrder {
    /// The order that a row of `exports` or `schedules` keeps.
    init(_ row: PostgresRow) throws {
        self.init(
            try row.decode("report", as: String.self),
            as: ExportFormat(rawValue: try row.decode("format", as: String.self)) ?? .csv
        )
        let branch = try row.decode("branch_id", as: String.self)
        branchID = branch == Self.institution ? nil : branch
        columns = try row.decode("columns", as: [String]?.self)
        let personal = try Self.filters(row.decode("personal_filters", as: JSONText?.self)).map { filter in
            var filter = filter
            filter.isPersonal = true
            return filter
        }
        filters = try Self.filters(row.decode("filters", as: JSONText?.self)) + personal
        words = try row.decode("words", as: String?.self)
        sort = try row.decode("sort", as: [String]?.self)
        locale = try row.decode("locale", as: String.self)
        zone = try row.decode("zone", as: String.self)
        hasByteOrderMark = try row.decode("bom", as: Bool?.self) ?? false
        fileName = try row.decode("file_name", as: String?.self)
        keepDays = try row.decode("keep_days", as: Int64?.self).map(Int.init)
    }

    /// What stands for the institution as a whole where a branch is named.
    static let institution = "institution"

    private static func filters(_ text: JSONText?) throws -> [Filter] {
        guard let text else { return [] }
        return try (JSONValue(parsing: text.bytes).array ?? []).compactMap { value in
            guard let column = value["column"]?.string, let text = value["value"]?.string,
                let relation = value["relation"]?.string.flatMap(Filter.Relation.init)
            else { return nil }
            return Filter(column, relation, text)
        }
    }
}
