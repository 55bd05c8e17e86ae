/// What can be made into a file: one declaration, from which the checks of what is asked for, the statement and the
/// documentation follow.
package struct ExportReport: Sendable {
    /// Who sees which rows.
    package enum Rows: Sendable, Hashable {
        /// Those of the branches in which a permission is held; rows of no branch, whoever holds it for the institution.
        case ofBranches(permission: String)
        /// All of them, whoever holds the permission for the institution as a whole.
        case ofInstitution(permission: String)
        /// Like ``ofBranches(permission:)``, of event types whose own permission is held there as well.
        case ofEvents(permission: String)
    }

    /// Of which moments it can tell.
    package enum Moments: Sendable, Hashable {
        /// Of any: its tables are intervals of log positions.
        case any
        /// Of the read model as it stands when it is made.
        case newest
    }

    /// Columns with search words (`tsvector`).
    struct Words: Sendable, Hashable {
        /// Those that whoever sees a row may find it by.
        let open: String
        /// Those that whoever may read personal text there may find it by as well.
        let personal: String
    }

    enum Source: Sendable, Hashable {
        /// The statement in `SQL/reports/<name>.sql`.
        case file(String)
        /// A table of a read model.
        case table(schema: String, table: String)
    }

    /// What it is asked for by.
    package let name: String
    /// What people read above it.
    package let title: String
    /// What it tells, in a sentence.
    package let summary: String
    /// The read models that it is made from.
    package let readModels: [String]
    /// Who sees which rows.
    package let rows: Rows
    /// What it takes beside that in the same branches, where it tells of several things.
    package let furtherPermissions: [String]
    /// What personal columns take.
    package let personalPermission: String
    /// Of which moments it can tell.
    package let moments: Moments
    /// The columns that there are, in their usual order.
    package let columns: [ExportColumn]
    /// The columns that tell rows apart.
    let key: [String]
    /// The usual order.
    package let sort: [String]
    /// The columns that it has to be asked for by value.
    package let required: [String]
    /// The column that a range of days is about.
    package let day: String?
    /// Whether its days are of UTC, also where another zone is asked for: its read model counts by them.
    let hasDaysOfUTC: Bool
    /// The columns of its statement with the words that rows are searched by; nil where they are not.
    let words: Words?
    let source: Source
    /// What documents show as a picture as well.
    let chart: ExportChart?

    init(
        _ name: String,
        _ title: String,
        _ summary: String,
        from readModels: [String],
        rows: Rows,
        also furtherPermissions: [String] = [],
        personal personalPermission: String = "institution.personal:read",
        moments: Moments = .any,
        key: [String],
        sort: [String] = [],
        required: [String] = [],
        day: String? = nil,
        hasDaysOfUTC: Bool = false,
        words: Words? = nil,
        source: Source? = nil,
        chart: ExportChart? = nil,
        _ columns: [ExportColumn]
    ) {
        self.name = name
        self.title = title
        self.summary = summary
        self.readModels = readModels
        self.rows = rows
        self.furtherPermissions = furtherPermissions
        self.personalPermission = personalPermission
        self.moments = moments
        self.columns = columns
        self.key = key
        self.sort = sort
        self.required = required
        self.day = day
        self.hasDaysOfUTC = hasDaysOfUTC
        self.words = words
        self.source = source ?? .file(name)
        self.chart = chart
    }

    /// Whether its rows can be searched by words.
    package var hasWords: Bool { words != nil }

    /// The column of that name.
    package func column(_ name: String) -> ExportColumn? { columns.first { $0.name == name } }

    /// The column by whose value rows belong to branches.
    var branchColumn: ExportColumn? { column("branchId") }

    /// What asking for it takes.
    package var permission: String {
        switch rows {
        case .ofBranches(let permission), .ofInstitution(let permission), .ofEvents(let permission): permission
        }
    }
}
