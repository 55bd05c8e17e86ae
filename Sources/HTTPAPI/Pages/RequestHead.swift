package import HTTPTypes

/// The fields of a request, for what is no parameter: cookies, the page it comes from, what the browser has already.
package struct RequestHead: EndpointInput {
    /// What the handler gets.
    package struct Value: Sendable {
        /// The header fields.
        package let headers: HTTPFields
        /// The host that it was sent to, as the client says.
        package let authority: String?
        /// The parameters of the query, in order.
        package let query: [IncomingRequest.QueryItem]

        /// Whether it was sent by a page of this server.
        ///
        /// Browsers name the origin of every form that is sent. Where a page lets no referrer out they write `null`; then
        /// `Sec-Fetch-Site` tells, which no page can write. What names neither was not sent by a form of ours.
        package var isFromOwnPage: Bool {
            guard let origin = headers[.origin] else { return false }
            if origin == "null" { return headers[.fetchSite] == "same-origin" }
            return WebOrigins.own.admits(origin: origin, authority: authority)
        }
    }

    /// All of it.
    package init() {}

    package func describe(in operation: inout OperationDescription) {}

    package func read(from request: borrowing IncomingRequest, problems: inout [FieldProblem]) -> Value? {
        Value(headers: request.headers, authority: request.authority, query: request.query)
    }
}
