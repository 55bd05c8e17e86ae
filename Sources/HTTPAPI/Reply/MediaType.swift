/// A format that bodies are written in.
package struct MediaType: Sendable, Hashable {
    /// The type and subtype, in lower case, as matched against `Accept`.
    package let name: String
    /// The value of `Content-Type`.
    package let contentType: String

    /// A format.
    package init(_ name: String, contentType: String? = nil) {
        self.name = name
        self.contentType = contentType ?? name
    }

    package static let json = MediaType("application/json")
    /// One JSON text a line.
    package static let ndjson = MediaType("application/x-ndjson")
    /// RFC 4180.
    package static let csv = MediaType("text/csv", contentType: "text/csv; charset=utf-8; header=present")
    package static let text = MediaType("text/plain", contentType: "text/plain; charset=utf-8")
    package static let html = MediaType("text/html", contentType: "text/html; charset=utf-8")
    /// What forms of browsers send.
    package static let form = MediaType("application/x-www-form-urlencoded")
    package static let octets = MediaType("application/octet-stream")
    /// One event with its envelope: CloudEvents 1.0, structured mode.
    package static let cloudEvent = MediaType("application/cloudevents+json")
    /// An array of those: CloudEvents 1.0, batched mode.
    package static let cloudEvents = MediaType("application/cloudevents-batch+json")
    /// RFC 9457.
    package static let problem = MediaType("application/problem+json")
}
