import ArgumentParser
import Audit
import Events
import Time

/// The filters of the history, named as those of `GET /audit/events`.
struct HistoryFilterOptions: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("Who did it.", valueName: "id"))
    var actor: String?

    @Option(help: ArgumentHelp("Whom it is about.", valueName: "id"))
    var subject: String?

    @Option(help: ArgumentHelp("The type of event, such as rbac.role-assigned.", valueName: "type"))
    var type: String?

    @Option(help: ArgumentHelp("The kind of thing it was done to: role, permission, user, token…", valueName: "kind"))
    var resource: String?

    @Option(help: ArgumentHelp("The thing it was done to.", valueName: "id"))
    var resourceId: String?

    @Option(help: ArgumentHelp("The branch it belongs to.", valueName: "id"))
    var branch: String?

    @Option(help: ArgumentHelp("Recorded at this time or later, such as 2025-10-01T08:00:00Z.", valueName: "time"))
    var from: Timestamp?

    @Option(help: ArgumentHelp("Recorded at this time or earlier.", valueName: "time"))
    var to: Timestamp?

    @Option(
        help: ArgumentHelp(
            "Words that occur; \"quoted\" ones together, - before those that do not.",
            valueName: "words"
        )
    )
    var text: String?

    func validate() throws {
        if let type, !EventCatalogue.all.contains(where: { $0.type.rawValue == type }) {
            let names = EventCatalogue.all.map(\.type.rawValue).sorted().joined(separator: ", ")
            throw ValidationError("There is no type of event “\(type)”. There are: \(names).")
        }
        if let from, let to, from > to { throw ValidationError("--to lies before --from.") }
    }

    var filter: AuditFilter {
        var filter = AuditFilter()
        filter.actor = actor
        filter.subject = subject
        filter.type = type
        filter.resource = resource
        filter.resourceID = resourceId
        filter.branch = branch
        filter.from = from
        filter.to = to
        filter.text = text
        return filter
    }
}
