/// A parameter of the query.
package struct Query<Value: Sendable>: EndpointInput {
    private enum Absence: Sendable {
        case refused
        case value(Value)
    }

    let name: String
    private let schema: Schema
    private let parse: @Sendable (String) throws(ValueFormatError) -> Value
    private let absence: Absence
    private let description: String

    /// A parameter that may be left out; the handler then gets nil.
    package init<Present>(
        _ name: String,
        _ format: ValueFormat<Present>,
        _ description: String
    ) where Value == Present? {
        self.name = name
        self.description = description
        schema = format.schema
        parse = { text throws(ValueFormatError) in try format.parse(text) }
        absence = .value(nil)
    }

    /// A parameter that may be left out; the handler then gets `fallback`.
    package init(_ name: String, _ format: ValueFormat<Value>, default fallback: Value, _ description: String) {
        self.name = name
        self.description = "\(description) Default: \(fallback)."
        schema = format.schema
        parse = format.parse
        absence = .value(fallback)
    }

    /// A parameter that has to be there.
    package init(required name: String, _ format: ValueFormat<Value>, _ description: String) {
        self.name = name
        self.description = description
        schema = format.schema
        parse = format.parse
        absence = .refused
    }

    package func describe(in operation: inout OperationDescription) {
        let isRequired = if case .refused = absence { true } else { false }
        operation.parameters.append(.init(.query, name, isRequired: isRequired, schema, description))
    }

    package func read(from request: borrowing IncomingRequest, problems: inout [FieldProblem]) throws -> Value? {
        guard let text = request.queryValue(name, problems: &problems) else {
            switch absence {
            case .value(let value):
                return .some(value)
            case .refused:
                problems.append(FieldProblem(.query, name, "is missing."))
                return nil
            }
        }
        do throws(ValueFormatError) {
            return .some(try parse(text))
        } catch {
            problems.append(FieldProblem(.query, name, error.detail))
            return nil
        }
    }
}
