import HTTPTypes
package import JSON
import OpenSSL

/// The OpenAPI 3.1 document, made from the endpoints themselves.
package struct OpenAPIDocument: Sendable {
    /// The document as JSON.
    package let json: JSONObject

    /// The document of these endpoints.
    package init(_ description: APIDescription, _ endpoints: [Endpoint]) {
        var paths = JSONObject()
        var components: [String: JSONObject] = [:]
        for endpoint in endpoints {
            var item = paths[endpoint.path.text]?.object ?? JSONObject()
            item[endpoint.method.rawValue.lowercased()] = .object(endpoint.operationObject(&components))
            paths[endpoint.path.text] = .object(item)
        }
        components["Problem"] = Self.problemSchema
        var schemas = JSONObject()
        for (name, schema) in components.sorted(by: { $0.key < $1.key }) { schemas[name] = .object(schema) }

        json = [
            "openapi": "3.1.0",
            "info": .object([
                "title": .string(description.title),
                "version": .string(description.version),
                "description": .string(description.summary),
            ]),
            "paths": .object(paths),
            "components": .object([
                "schemas": .object(schemas),
                "securitySchemes": .object([
                    "bearer": .object([
                        "type": "http",
                        "scheme": "bearer",
                        "description": "A Daybook API token (dbk_…), or a JWT of the configured identity provider.",
                    ])
                ]),
            ]),
        ]
    }

    /// `GET /openapi.json`.
    var endpoint: Endpoint {
        var writer = JSONWriter(reservingCapacity: 65_536)
        writer.value(json)
        let bytes = writer.bytes
        return Endpoint(
            .get,
            "/openapi.json",
            "Tell what this server answers",
            tag: "meta",
            access: .open,
            outputs: .json(.ok, .anyObject, "The OpenAPI 3.1 document.")
        ) { _ in
            var reply = Reply.bytes(bytes, .json)
            reply.headers[.cacheControl] = "public, max-age=300"
            return reply
        }
    }

    private static let problemSchema = Schema.object(
        .required("type", .string()),
        .required("title", .string()),
        .required("status", .integer()),
        .required("detail", .string()),
        .required("traceId", .string()),
        .optional(
            "errors",
            .array(
                of: .object(
                    .required("in", .oneOf(["body", "query", "path", "header"])),
                    .required("pointer", .string()),
                    .required("detail", .string())
                )
            )
        )
    ).open.json
}
