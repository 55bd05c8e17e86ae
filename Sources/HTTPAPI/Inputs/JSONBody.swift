package import JSON

/// A request body, written as one type: its schema and how it is read.
package protocol JSONReadable: Sendable {
    /// The schema for the OpenAPI document.
    static var schema: Schema { get }

    /// Reads the members. Members that are not asked for are refused afterwards; what is built from a reader that met
    /// problems is thrown away.
    init(reading reader: inout JSONReader)
}

/// A body of `application/json`.
///
/// A text that is not JSON is a 400 with line, column and pointer; an object of another form is a 422 that names every
/// member at fault by its pointer.
package struct JSONBody<Value: JSONReadable>: EndpointInput {
    private let maximumBytes: Int?

    /// A body of that type.
    ///
    /// - Parameter maximumBytes: in place of the server's limit.
    package init(_: Value.Type = Value.self, maximumBytes: Int? = nil) {
        self.maximumBytes = maximumBytes
    }

    package func describe(in operation: inout OperationDescription) {
        operation.body = .init(.json, schema: Value.schema, maximumBytes: maximumBytes)
    }

    package func read(from request: borrowing IncomingRequest, problems: inout [FieldProblem]) throws -> Value? {
        let json: JSONValue
        do {
            json = try request.body.withUnsafeReadableBytes { bytes throws(JSONParsingError) in
                try JSONValue(parsing: bytes.bindMemory(to: UInt8.self))
            }
        } catch {
            throw Problem.malformed(error)
        }
        var reader = JSONReader(json)
        let value = Value(reading: &reader)
        do throws(JSONDecodingError) {
            try reader.finish()
            return value
        } catch {
            for problem in error.problems {
                problems.append(FieldProblem(pointer: problem.pointer, problem.message))
            }
            return nil
        }
    }
}

extension Problem {
    /// 400 for a body that is not JSON, with the place.
    static func malformed(_ error: JSONParsingError) -> Problem {
        Problem(
            .malformedJSON,
            "Line \(error.line), column \(error.column): \(error.message)",
            errors: [FieldProblem(pointer: error.pointer.description, error.message)],
            members: [
                "line": .number(JSONNumber(error.line)),
                "column": .number(JSONNumber(error.column)),
                "offset": .number(JSONNumber(error.offset)),
            ]
        )
    }
}
