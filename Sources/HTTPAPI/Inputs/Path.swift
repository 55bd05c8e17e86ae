/// What stands at a named place of the path.
package struct Path<Value: Sendable>: EndpointInput {
    let name: String
    let format: ValueFormat<Value>
    let description: String

    /// The place `{name}` of the template.
    package init(_ name: String, _ format: ValueFormat<Value>, _ description: String) {
        self.name = name
        self.format = format
        self.description = description
    }

    package func describe(in operation: inout OperationDescription) {
        operation.parameters.append(.init(.path, name, isRequired: true, format.schema, description))
    }

    package func read(from request: borrowing IncomingRequest, problems: inout [FieldProblem]) throws -> Value? {
        guard let text = request.pathValue(name) else {
            throw EndpointError("The path template has no place {\(name)}.")
        }
        do throws(ValueFormatError) {
            return try format.parse(text)
        } catch {
            problems.append(FieldProblem(.path, name, error.detail))
            return nil
        }
    }
}
