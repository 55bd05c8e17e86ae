package import Audit
import JSON
import Time

/// A search as a request has it: its name, and the parameters of `GET /audit/events`.
struct SearchToSave: JSONReadable {
    let draft: SearchDraft

    static let schema = Schema.object(
        .required("name", .string(SearchDraft.nameRule).described("What its owner calls it; each of theirs otherwise")),
        .optional("actor", .identifier.described("Who did it")),
        .optional("subject", .identifier.described("Whom it is about")),
        .optional("type", .string(typeRule).described("The type of event")),
        .optional("action", .identifier.described("What was done")),
        .optional("resource", .identifier.described("The kind of thing it was done to")),
        .optional("resourceId", .identifier.described("The thing it was done to")),
        .optional("branchId", .identifier.described("The branch it belongs to")),
        .optional("from", .timestamp.described("Recorded at this time or later")),
        .optional("to", .timestamp.described("Recorded at this time or earlier")),
        .optional("text", .string(SearchDraft.wordsRule).described("Words that occur, as in `GET /audit/events`")),
        .optional(
            "asOf",
            .string(StringRule(1...40)).described(
                "A position of the log, or a past date and time; now, whenever it is asked, if left out"
            )
        )
    )

    private static let typeRule = StringRule(1...100)

    init(reading reader: inout JSONReader) {
        let name = reader.string("name", SearchDraft.nameRule)
        if !name.isEmpty, name.allSatisfy(\.isWhitespace) { reader.refuse("name", "A name is not of spaces alone.") }
        var filter = AuditFilter()
        filter.actor = reader.stringIfPresent("actor", .identifier)
        filter.subject = reader.stringIfPresent("subject", .identifier)
        filter.type = reader.stringIfPresent("type", Self.typeRule)
        filter.action = reader.stringIfPresent("action", .identifier)
        filter.resource = reader.stringIfPresent("resource", .identifier)
        filter.resourceID = reader.stringIfPresent("resourceId", .identifier)
        filter.branch = reader.stringIfPresent("branchId", .identifier)
        filter.from = reader.timestampIfPresent("from")
        filter.to = reader.timestampIfPresent("to")
        filter.text = reader.stringIfPresent("text", SearchDraft.wordsRule)
        if let from = filter.from, let to = filter.to, from > to { reader.refuse("to", "It lies before from.") }
        draft = SearchDraft(name: name, filter, asOf: Self.moment(&reader))
    }

    private static func moment(_ reader: inout JSONReader) -> SavedMoment? {
        guard let text = reader.stringIfPresent("asOf", StringRule(1...40)) else { return nil }
        switch try? ValueFormat<Moment>.moment.parse(text) {
        case .position(let position): return .position(position)
        case .time(let time) where time <= .now(): return .time(time)
        default:
            reader.refuse("asOf", "A position of the log was expected, or a past date and time.")
            return nil
        }
    }
}

extension Columns<SavedSearch> {
    /// A saved search.
    static let savedSearches = Columns(
        "SavedSearch",
        Column("searchId", .identifier) { .string($0.id) },
        Column("name", .string().described("Missing once it was erased")) { .optional($0.name) },
        Column("actor", .identifier) { .optional($0.filter.actor) },
        Column("subject", .identifier) { .optional($0.filter.subject) },
        Column("type", .string()) { .optional($0.filter.type) },
        Column("action", .identifier) { .optional($0.filter.action) },
        Column("resource", .identifier) { .optional($0.filter.resource) },
        Column("resourceId", .identifier) { .optional($0.filter.resourceID) },
        Column("branchId", .identifier) { .optional($0.filter.branch) },
        Column("from", .timestamp) { .optional($0.filter.from) },
        Column("to", .timestamp) { .optional($0.filter.to) },
        Column("text", .string()) { .optional($0.filter.text) },
        Column("asOf", .string().described("A position, or a date and time; missing for now, whenever it is asked")) {
            .optional($0.moment.map(Moment.init)?.text)
        },
        Column("isWhole", .boolean.described("False where its words were erased: it cannot be asked any more")) {
            .boolean($0.isWhole)
        },
        Column("savedAt", .timestamp) { .timestamp($0.savedAt) },
        Column("position", .position) { .integer($0.position) }
    )
}

extension Moment {
    /// The moment that a search was saved with.
    package init(_ moment: SavedMoment) {
        switch moment {
        case .position(let position): self = .position(position)
        case .time(let time): self = .time(time)
        }
    }

    /// As `asOf` takes it.
    fileprivate var text: String {
        switch self {
        case .position(let position): String(position)
        case .time(let time): time.rfc3339
        }
    }
}
