/// An event type over all its versions: what code is generated from.
struct EventDefinition {
    /// A field and the version that brought it.
    struct Field {
        let schema: FieldSchema
        let since: Int
    }

    let area: Area
    /// The newest version, whose words are used.
    let newest: EventSchema
    /// The fields in the order of their columns: version by version, and in each the data before the personal ones.
    let fields: [Field]

    /// Lays versions 1 to N of a type over one another; they have been found compatible.
    init(area: Area, versions: [EventSchema], newest: EventSchema) {
        self.area = area
        self.newest = newest
        var fields: [Field] = []
        for version in versions {
            let added = version.fields.filter { field in !fields.contains { $0.schema.name == field.name } }
            let ordered = added.filter { !$0.isPersonal } + added.filter(\.isPersonal)
            fields += ordered.map { Field(schema: $0, since: version.file.version) }
        }
        self.fields = fields
    }

    var type: String { newest.file.type }
    var version: Int { newest.file.version }

    /// The view in schema `log`.
    var view: String { type.map { $0 == "." || $0 == "-" ? "_" : String($0) }.joined() }

    /// The Swift type's name within its area's namespace.
    var swiftName: String {
        newest.file.event.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    var data: [Field] { fields.filter { !$0.schema.isPersonal } }
    var personal: [Field] { fields.filter(\.schema.isPersonal) }
}

/// A folder of event types, and the Swift namespace that its types are in.
struct Area {
    let name: String
    let namespace: String
    let description: String
}
