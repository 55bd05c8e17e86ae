import JSON

/// A request of the Authorization API, written as one type.
protocol AuthZENReadable: Sendable {
    /// The schema for the OpenAPI document.
    static var schema: Schema { get }

    /// Reads what the request consists of. Nil where it lacks something, which `problems` then names; what is built while
    /// problems are found is thrown away.
    init?(reading members: MemberReader, problems: inout [FieldProblem])
}

/// The body of a request of the Authorization API.
///
/// Unlike elsewhere in Daybook, members that nobody knows are ignored, and whatever is wrong is a 400 (AuthZEN 1.0,
/// section 10.1.1 and 10.1.2).
struct AuthZENBody<Value: AuthZENReadable>: EndpointInput {
    init(_: Value.Type = Value.self) {}

    func describe(in operation: inout OperationDescription) {
        operation.body = .init(.json, schema: Value.schema, maximumBytes: nil, isAlwaysBadRequest: true)
    }

    func read(from request: borrowing IncomingRequest, problems: inout [FieldProblem]) throws -> Value? {
        guard request.headers[.contentType] != nil else {
            throw Problem(.badRequest, "Send the body as application/json, and say so with Content-Type.")
        }
        let json: JSONValue
        do {
            json = try request.body.withUnsafeReadableBytes { bytes throws(JSONParsingError) in
                try JSONValue(parsing: bytes.bindMemory(to: UInt8.self))
            }
        } catch {
            throw Problem.malformed(error)
        }
        guard case .object(let object) = json else {
            throw Problem(badRequest: [FieldProblem(pointer: "", "An object was expected, not \(json.kind).")])
        }
        var found: [FieldProblem] = []
        let value = Value(reading: MemberReader(object, at: ""), problems: &found)
        guard found.isEmpty else { throw Problem(badRequest: found) }
        return value
    }
}

extension Problem {
    /// 400 for a request whose members are not acceptable.
    init(badRequest problems: [FieldProblem]) {
        let errors = Array(problems.prefix(JSONReader.maximumProblems))
        self.init(
            .badRequest,
            errors.map { "body \($0.pointer.isEmpty ? "the whole" : $0.pointer): \($0.detail)" }.prefix(3)
                .joined(separator: " "),
            errors: errors
        )
    }
}
