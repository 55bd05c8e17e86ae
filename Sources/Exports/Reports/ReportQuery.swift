import Postgres

/// The statement of a report: which rows, as of when, for whom, in which order. Names come from the report's declaration,
/// values are bound.
struct ReportQuery: Sendable {
    let plan: ExportPlan
    let scope: ExportScope
    /// How many events of the log count.
    let size: Int64
    let statements: ReportStatements

    /// The rows.
    func rows() throws -> SQL {
        var columns: SQL = ""
        for (index, column) in plan.columns.enumerated() {
            if index > 0 { columns = "\(columns), " }
            columns = "\(columns)\(shown(column))"
        }
        if let currency { columns = "\(columns), r.\(identifier: currency)::text" }
        return "select \(columns) from (\(try source())) as r where \(conditions) order by \(ordering)"
    }

    /// How many rows there are, counted up to a limit.
    func count(upTo limit: Int64) throws -> SQL {
        "select count(*) from (select from (\(try source())) as r where \(conditions) limit \(limit)) as counted"
    }

    /// The column that says in which currency amounts are, read after all others.
    var currency: String? {
        for column in plan.columns {
            if case .money(let currency) = column.kind { return plan.report.column(currency)?.column }
        }
        return nil
    }

    private func source() throws -> SQL {
        switch plan.report.source {
        case .file(let name):
            return try statements.report(name).filled(["size": "\(size)", "zone": "\(plan.order.zone)"])
        case .table(let schema, let table):
            let place: SQL = "\(identifier: schema).\(identifier: table)"
            return plan.report.moments == .any
                ? statements.tableAsOf.filled(["table": place, "size": "\(size)"])
                : statements.table.filled(["table": place])
        }
    }

    private var conditions: SQL {
        var sql: SQL = "true"
        if let branches = scope.branches, let column = plan.report.branchColumn {
            sql = "\(sql) and r.\(identifier: column.column) = any(\(branches.sorted()))"
        }
        if let types = scope.types { sql = "\(sql) and r.type = any(\(types))" }
        for condition in plan.conditions { sql = "\(sql) and \(meets(condition))" }
        if let words = plan.order.words, let columns = plan.report.words {
            sql = "\(sql) and \(found(by: words, columns))"
        }
        return sql
    }

    /// Personal words find a row for those alone who may read them, as in the history.
    private func found(by words: String, _ columns: ExportReport.Words) -> SQL {
        let query: SQL = "websearch_to_tsquery('simple', \(words))"
        let open: SQL = "r.\(identifier: columns.open) @@ \(query)"
        let personal: SQL = "r.\(identifier: columns.personal) @@ \(query)"
        guard let branches = scope.personal else { return "(\(open) or \(personal))" }
        guard !branches.isEmpty, let branch = plan.report.branchColumn else { return open }
        return "(\(open) or (\(personal) and r.\(identifier: branch.column) = any(\(branches.sorted()))))"
    }

    private func meets(_ condition: ExportPlan.Condition) -> SQL {
        let sign: SQL =
            switch condition.relation {
            case .equal: "="
            case .from: ">="
            case .to: "<="
            }
        let value: SQL =
            switch condition.value {
            case .text(let text): "\(text)"
            case .integer(let integer): "\(integer)"
            case .number(let number): "\(number)::text::numeric"
            case .boolean(let boolean): "\(boolean)"
            case .day(let day): "\(day.text)::text::date"
            case .timestamp(let timestamp): "\(timestamp)"
            }
        return "\(visible(condition.column)) \(sign) \(value)"
    }

    private var ordering: SQL {
        let sorted = plan.sort.map(\.column.name)
        let rest = plan.report.key.filter { !sorted.contains($0) }.compactMap(plan.report.column)
        var sql: SQL = ""
        for (index, sort) in (plan.sort + rest.map { ExportPlan.Sort(column: $0, isDescending: false) }).enumerated() {
            if index > 0 { sql = "\(sql), " }
            // By bytes, whichever way the database puts texts in order.
            let value: SQL =
                sort.column.kind == .text ? "(\(visible(sort.column)))::text collate \"C\"" : visible(sort.column)
            sql = "\(sql)\(value)\(unescaped: sort.isDescending ? " desc nulls last" : "")"
        }
        return sql
    }

    // MARK: One column

    /// The column as far as it may be seen: what may not be read cannot be guessed by filters or order either.
    private func visible(_ column: ExportColumn) -> SQL {
        let plain: SQL = "r.\(identifier: column.column)"
        guard column.isPersonal, let branches = scope.personal else { return plain }
        guard !branches.isEmpty, let branch = column.personalBranch ?? plan.report.branchColumn?.column else {
            return "null::\(unescaped: Self.sqlType(column))"
        }
        return "case when r.\(identifier: branch) = any(\(branches.sorted())) then \(plain) end"
    }

    /// The column in the form in which it is read: times in binary, everything else as text.
    private func shown(_ column: ExportColumn) -> SQL {
        switch column.kind {
        case .timestamp: "(\(visible(column)))::timestamptz"
        case .json: "to_json(\(visible(column)))::text"
        default: "(\(visible(column)))::text"
        }
    }

    private static func sqlType(_ column: ExportColumn) -> String {
        switch column.kind {
        case .text: "text"
        case .json: "json"
        case .integer: "bigint"
        case .number, .money: "numeric"
        case .boolean: "boolean"
        case .day: "date"
        case .timestamp: "timestamptz"
        }
    }
}

/// The statements of reports, read once.
struct ReportStatements: Sendable {
    let table: SQLFile
    let tableAsOf: SQLFile
    private let reports: [String: SQLFile]

    init() throws {
        table = try SQLFile("reports/table.sql", in: .module)
        tableAsOf = try SQLFile("reports/table-as-of.sql", in: .module)
        var reports: [String: SQLFile] = [:]
        for report in ExportReport.all {
            guard case .file(let name) = report.source else { continue }
            reports[name] = try SQLFile("reports/\(name).sql", in: .module)
        }
        self.reports = reports
    }

    /// Whether the database says which day a moment lies in, in the zone that is asked for.
    func takesZone(_ report: ExportReport) -> Bool {
        guard case .file(let name) = report.source else { return false }
        return reports[name]?.text.contains("{zone}") == true
    }

    func report(_ name: String) throws -> SQLFile {
        guard let statement = reports[name] else {
            throw ExportError(.notFound, "There is no report “\(name)”.")
        }
        return statement
    }
}
