/// A query that another server writes: what is not known of it is passed over, and none of it is logged.
package struct ForeignQuery: EndpointInput {
    /// All of it, in order.
    package init() {}

    package func describe(in operation: inout OperationDescription) { operation.hasForeignQuery = true }

    package func read(
        from request: borrowing IncomingRequest,
        problems: inout [FieldProblem]
    ) -> [IncomingRequest.QueryItem]? { request.query }
}
