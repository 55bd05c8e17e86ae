package import HTTPTypes

/// A class of errors at the edge: one `type` URI, one status and one title (RFC 9457, section 3.1).
///
/// Areas add kinds of their own by extending this type with further static members.
package struct ProblemKind: Sendable, Hashable {
    /// The last part of the `type` URI: lower-case words joined by hyphens. Clients switch on it, so it never changes.
    package let name: String
    /// The status that every problem of this kind is answered with.
    package let status: HTTPResponse.Status
    /// What the kind is, in a few words that are the same each time.
    package let title: String
    /// The `type` member.
    let uri: String

    /// A kind of problem.
    ///
    /// - Parameter uri: its `type`, where a standard has defined one.
    package init(_ name: String, _ status: HTTPResponse.Status, _ title: String, uri: String? = nil) {
        self.name = name
        self.status = status
        self.title = title
        self.uri = uri ?? "urn:daybook:problem:\(name)"
    }
}

extension ProblemKind {
    package static let badRequest = Self("bad-request", .badRequest, "The request cannot be understood")
    package static let malformedJSON = Self("malformed-json", .badRequest, "The body is not JSON")
    package static let invalidParameter = Self("invalid-parameter", .badRequest, "A parameter is not acceptable")
    package static let notSignedIn = Self("not-signed-in", .unauthorized, "Nobody is signed in")
    package static let invalidToken = Self("invalid-token", .unauthorized, "The token is not accepted")
    package static let forbidden = Self("permission-missing", .forbidden, "A permission is missing")
    package static let notFound = Self("not-found", .notFound, "There is no such thing")
    package static let methodNotAllowed = Self(
        "method-not-allowed",
        .methodNotAllowed,
        "The method is not allowed here"
    )
    package static let notAcceptable = Self("not-acceptable", .notAcceptable, "No acceptable format is on offer")
    package static let requestTimeout = Self("request-timeout", .requestTimeout, "The request took too long to arrive")
    package static let conflict = Self("conflict", .conflict, "The request conflicts with what is recorded")
    package static let versionConflict = Self("version-conflict", .conflict, "The thing has changed since it was read")
    package static let contentTooLarge = Self("content-too-large", .contentTooLarge, "The body is too large")
    package static let unsupportedMediaType = Self(
        "unsupported-media-type",
        .unsupportedMediaType,
        "The body's format is not supported"
    )
    package static let invalidBody = Self("invalid-body", .unprocessableContent, "The body is not acceptable")
    package static let idempotencyKeyReused = Self(
        "idempotency-key-reused",
        .unprocessableContent,
        "The Idempotency-Key was used for another request"
    )
    package static let fieldsTooLarge = Self(
        "header-fields-too-large",
        .requestHeaderFieldsTooLarge,
        "The header fields are too large"
    )
    package static let tooManyRequests = Self("too-many-requests", .tooManyRequests, "Too many requests")
    package static let internalError = Self(
        "internal-error",
        .internalServerError,
        "Something went wrong in the server"
    )
    package static let unavailable = Self("unavailable", .serviceUnavailable, "The service is not available just now")
}
