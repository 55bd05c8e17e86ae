/// A kind of thing that can be read: one declaration, from which the list, the single read, their filters, their sorting
/// and their documentation follow.
package struct Resource: Sendable {
    /// The last part of the path, in the plural: `students`.
    package let name: String
    /// The heading of one of them in the document: `Student`.
    package let title: String
    /// What one is, in a sentence.
    package let summary: String
    /// The read model that holds them.
    package let readModel: String
    let table: String
    /// What facts are about that change them; facts about other things change none.
    package let things: Set<Thing>
    /// Whether each of them is one of those things, known by the same id: only facts about it change it.
    package let isThing: Bool
    /// The members that identify one, in order. The id of one is their values, joined by commas.
    package let key: [String]
    /// The members.
    package let columns: [ResourceColumn]
    /// The member that lists are sorted by unless asked otherwise; by the key where nil.
    let defaultSort: String?

    /// What reading them takes.
    package var permission: String { "institution.\(permissionName):read" }
    private let permissionName: String

    init(
        _ name: String,
        _ title: String,
        _ summary: String,
        in readModel: String,
        table: String? = nil,
        of things: Set<Thing>,
        permission: String? = nil,
        key: [String],
        defaultSort: String? = nil,
        history: Bool = true,
        _ columns: [ResourceColumn]
    ) {
        self.name = name
        self.title = title
        self.summary = summary
        self.readModel = readModel
        self.table = table ?? name.replacing("-", with: "_")
        self.things = things
        isThing =
            things.count == 1 && key.count == 1
            && FactType.all.allSatisfy { !things.contains($0.thing) || $0.keys == key }
        self.key = key
        self.defaultSort = defaultSort
        permissionName = permission ?? name
        self.columns = columns + (history ? Self.history : Self.origin)
    }

    /// The member of that name.
    package func column(_ name: String) -> ResourceColumn? { columns.first { $0.name == name } }

    var keyColumns: [ResourceColumn] { key.compactMap(column) }

    /// What is known of every row.
    private static let origin = [
        ResourceColumn("occurredAt", .timestamp, "When it happened, as its sender says", use: [.filter, .sort]),
        ResourceColumn("position", .integer, "The event that it comes from", column: "from_position", use: .sort),
    ]

    private static let history =
        [
            ResourceColumn(
                "createdAt",
                .timestamp,
                "When the first event about it was recorded",
                use: [.filter, .sort]
            ),
            ResourceColumn("createdBy", .text, "Who recorded that", use: .filter),
            ResourceColumn("updatedAt", .timestamp, "When the last one was", column: "from_at", use: [.filter, .sort]),
            ResourceColumn("updatedBy", .text, "Who recorded that", column: "from_by"),
        ] + origin
}

extension Resource {
    /// All of them.
    package static let all: [Resource] = people + teaching + coursework + attendance + finance

    /// The resource of that name.
    package static func named(_ name: String) -> Resource? { all.first { $0.name == name } }

    /// What reading personal members takes, beside the resource's own permission.
    package static let personalPermission = "institution.personal:read"

    static let branch = ResourceColumn.id("branchId", "The branch that it belongs to")
}
