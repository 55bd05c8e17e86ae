import Audit
import Events
import JSON

/// The filters of the history, as parameters of the query.
struct AuditQuery: EndpointInput {
    private let actor = Query<String?>("actor", .identifier, "Who did it.")
    private let subject = Query<String?>("subject", .identifier, "Whom it is about.")
    private let type = Query<String?>("type", .text(1...100), "The type of event, such as rbac.role-assigned.")
    private let action = Query<String?>("action", .identifier, "What was done, such as role-assigned.")
    private let resource = Query<String?>("resource", .identifier, "The kind of thing it was done to.")
    private let resourceID = Query<String?>("resourceId", .identifier, "The thing it was done to.")
    private let branch = Query<String?>("branch", .identifier, "The branch it belongs to.")
    private let from = Query("from", .timestamp, "Recorded at this time or later.")
    private let to = Query("to", .timestamp, "Recorded at this time or earlier.")
    private let text = Query<String?>(
        "text",
        .text(1...1_000),
        "Words that occur; \"quoted\" ones together, with `or` and with `-` for words that do not."
    )

    func describe(in operation: inout OperationDescription) {
        for input in [actor, subject, type, action, resource, resourceID, branch] { input.describe(in: &operation) }
        from.describe(in: &operation)
        to.describe(in: &operation)
        text.describe(in: &operation)
    }

    func read(from request: borrowing IncomingRequest, problems: inout [FieldProblem]) throws -> AuditFilter? {
        let known = problems.count
        var filter = AuditFilter()
        filter.actor = try actor.read(from: request, problems: &problems) ?? nil
        filter.subject = try subject.read(from: request, problems: &problems) ?? nil
        filter.type = try type.read(from: request, problems: &problems) ?? nil
        filter.action = try action.read(from: request, problems: &problems) ?? nil
        filter.resource = try resource.read(from: request, problems: &problems) ?? nil
        filter.resourceID = try resourceID.read(from: request, problems: &problems) ?? nil
        filter.branch = try branch.read(from: request, problems: &problems) ?? nil
        filter.from = try from.read(from: request, problems: &problems) ?? nil
        filter.to = try to.read(from: request, problems: &problems) ?? nil
        filter.text = try text.read(from: request, problems: &problems) ?? nil
        if let type = filter.type, !EventCatalogue.all.contains(where: { $0.type.rawValue == type }) {
            problems.append(FieldProblem(.query, "type", "is not a type of event that this server knows."))
        }
        if let from = filter.from, let to = filter.to, from > to {
            problems.append(FieldProblem(.query, "to", "lies before from."))
        }
        return problems.count == known ? filter : nil
    }
}
