import TestSupport

/// What the read models hold, as text, so that any change shows.
enum StateOfThings {
    /// Read models of what happened, beside which nothing counts as changed.
    private static let records = ["audit", "decisions", "logs"]

    /// Every row that holds a text, of every read model of state.
    static func rows(_ url: String, holding text: String = "", butNot other: String? = nil) async throws -> Set<String>
    {
        let tables = try await Psql.run(
            """
            select schema || '.' || c.relname from projections.state
            join pg_class as c on c.relnamespace = schema::regnamespace and c.relkind = 'r'
            where name <> all('{\(records.joined(separator: ","))}')
            order by 1
            """,
            on: url
        ).split(separator: "\n")
        let parts = tables.map { table in
            "select '\(table) ' || t::text as row from \(table) as t"
        }
        let filter = other.map { "and row not like '%\($0)%'" } ?? ""
        let all = try await Psql.run(
            """
            select replace(row, E'\\n', ' ') from (\(parts.joined(separator: " union all "))) as rows (row)
            where row like '%\(text)%' \(filter)
            """,
            on: url
        )
        return Set(all.split(separator: "\n").map(String.init))
    }

    /// The types of the events from a position on, and of what stream and branch each is.
    static func events(_ url: String, from position: Int64) async throws -> [(type: String, branch: String)] {
        try await Psql.run(
            "select type, coalesce(branch, '') from log.events where position >= \(position) order by position",
            on: url
        ).split(separator: "\n").map { line in
            let parts = line.split(separator: "|", omittingEmptySubsequences: false)
            return (String(parts[0]), String(parts[1]))
        }
    }
}
