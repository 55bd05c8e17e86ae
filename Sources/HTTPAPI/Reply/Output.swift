package import HTTPTypes

/// An answer that an endpoint may give, for the OpenAPI document and for the choice of format.
package struct Output: Sendable {
    let status: HTTPResponse.Status
    let mediaTypes: [MediaType]
    let schema: Schema?
    let description: String

    /// An answer in one of some formats; the first is the one that a client gets who does not mind.
    package init(
        _ status: HTTPResponse.Status,
        _ mediaTypes: [MediaType],
        _ schema: Schema?,
        _ description: String
    ) {
        self.status = status
        self.mediaTypes = mediaTypes
        self.schema = schema
        self.description = description
    }

    /// JSON.
    package static func json(
        _ status: HTTPResponse.Status = .ok,
        _ schema: Schema,
        _ description: String
    ) -> Output {
        Output(status, [.json], schema, description)
    }

    /// A list of things as JSON, NDJSON or CSV.
    package static func listing<Row>(_ columns: Columns<Row>, _ description: String) -> Output {
        Output(.ok, [.json, .ndjson, .csv], columns.pageSchema, description)
    }

    /// Plain text.
    package static func text(_ description: String) -> Output {
        Output(.ok, [.text], .string(), description)
    }

    /// 304, from an endpoint that asks ``RequestContext/notModified(at:)``.
    package static let notModified = Output(
        .notModified,
        [],
        nil,
        "Nothing that the answer rests on was recorded since the ETag in If-None-Match."
    )

    /// 204.
    package static func noContent(_ description: String) -> Output {
        Output(.noContent, [], nil, description)
    }
}
