/// One thing that an endpoint takes from a request: a parameter, the body, a page.
///
/// It describes itself for the OpenAPI document and reads itself from a request, so that the two cannot differ.
package protocol EndpointInput<Value>: Sendable {
    /// What the handler gets.
    associatedtype Value: Sendable

    /// Adds what it is to the description of the operation.
    func describe(in operation: inout OperationDescription)

    /// Reads it. Nil means that it is not acceptable and that `problems` says why; other inputs are still read, so that
    /// a client hears of everything at once.
    func read(from request: borrowing IncomingRequest, problems: inout [FieldProblem]) throws -> Value?
}

/// What inputs say of themselves, for the OpenAPI document and for the pipeline.
package struct OperationDescription: Sendable {
    /// A parameter in the sense of OpenAPI.
    package struct Parameter: Sendable {
        let location: FieldProblem.Location
        let name: String
        let isRequired: Bool
        let schema: Schema
        let description: String

        package init(
            _ location: FieldProblem.Location,
            _ name: String,
            isRequired: Bool,
            _ schema: Schema,
            _ description: String
        ) {
            self.location = location
            self.name = name
            self.isRequired = isRequired
            self.schema = schema
            self.description = description
        }
    }

    /// A body.
    package struct Body: Sendable {
        let mediaTypes: [MediaType]
        let schema: Schema
        let maximumBytes: Int?
        /// Whether all that is wrong with it is a plain 400, as some standards have it: its format and its members too.
        let isAlwaysBadRequest: Bool
        /// Whether it has to be there.
        var isRequired = true

        package init(
            _ mediaTypes: MediaType...,
            schema: Schema,
            maximumBytes: Int?,
            isAlwaysBadRequest: Bool = false
        ) {
            self.mediaTypes = mediaTypes
            self.schema = schema
            self.maximumBytes = maximumBytes
            self.isAlwaysBadRequest = isAlwaysBadRequest
        }

        /// The problem of a body in another format.
        var otherFormat: ProblemKind { isAlwaysBadRequest ? .badRequest : .unsupportedMediaType }
        /// The problem of members that are not acceptable.
        var otherMembers: ProblemKind { isAlwaysBadRequest ? .badRequest : .invalidBody }
    }

    /// The parameters so far.
    package var parameters: [Parameter] = []
    /// The body, if one is taken.
    package var body: Body?
    /// Whether the query is another server's to write: what is not known of it is passed over, and none of it is logged.
    package var hasForeignQuery = false
}
