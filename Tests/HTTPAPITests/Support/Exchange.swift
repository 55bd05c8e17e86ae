import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import NIOCore
import Testing

@testable import HTTPAPI

/// An answer, taken apart.
struct Answer {
    let status: Int
    let headers: HTTPFields
    let text: String

    var json: JSONValue? { try? JSONValue(parsing: text) }

    /// The last part of a problem's type, if this is a problem as it should be.
    var problem: String? {
        guard headers[.contentType] == "application/problem+json", let json,
            json["status"]?.int64 == Int64(status), json["title"]?.string != nil, json["detail"]?.string != nil,
            json["traceId"]?.string?.utf8.count == 32
        else { return nil }
        return json["type"]?.string.map { String($0.split(separator: ":").last ?? "") }
    }

    /// `location pointer` of every entry of `errors`.
    var faults: [String] {
        (json?["errors"]?.array ?? []).map { "\($0["in"]?.string ?? "?") \($0["pointer"]?.string ?? "?")" }
    }
}

/// Sends one request through the whole pipeline, signed in as ada unless it says otherwise.
func exchange(
    _ method: HTTPRequest.Method,
    _ target: String,
    headers: [String: String] = [:],
    body: String? = nil,
    signedIn: Bool = true,
    grants: Set<String> = ["ada roles:read", "ada roles:write"],
    jwt: JWTAuthenticator? = nil,
    readiness: [any ReadinessCheck] = []
) async throws -> Answer {
    var fields: HTTPFields = [:]
    if signedIn { fields[.authorization] = "Bearer \(TestAPI.token)" }
    if let body {
        fields[.contentType] = "application/json"
        fields[.contentLength] = String(body.utf8.count)
    }
    for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
    let sent = fields
    let app = try TestAPI.application(grants: grants, jwt: jwt, readiness: readiness)
    return try await app.test(.router) { client in
        try await client.execute(
            uri: target,
            method: method,
            headers: sent,
            body: body.map { ByteBuffer(string: $0) }
        ) { response in
            Answer(
                status: Int(response.status.code),
                headers: response.headers,
                text: String(buffer: response.body)
            )
        }
    }
}
