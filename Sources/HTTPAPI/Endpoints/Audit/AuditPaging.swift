/// A page of the history, or all of it: NDJSON and CSV are for taking away, and have no end but that of the history
/// unless `limit` gives them one.
struct AuditPaging: EndpointInput {
    struct Value: Sendable {
        let page: PageRequest
        let hasLimit: Bool
    }

    private let paging = Paging(default: 50, maximum: 500)

    func describe(in operation: inout OperationDescription) {
        paging.describe(in: &operation)
    }

    func read(from request: borrowing IncomingRequest, problems: inout [FieldProblem]) throws -> Value? {
        guard let page = try paging.read(from: request, problems: &problems) else { return nil }
        return Value(page: page, hasLimit: request.query.contains { $0.name == "limit" })
    }
}
