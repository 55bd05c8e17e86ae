import JSON
import NIOCore

/// A body that may be left out: the handler then gets what an empty object would say.
struct OptionalBody<Value: JSONReadable>: EndpointInput {
    private let body = JSONBody(Value.self)

    init(_: Value.Type = Value.self) {}

    func describe(in operation: inout OperationDescription) {
        body.describe(in: &operation)
        operation.body?.isRequired = false
    }

    func read(from request: borrowing IncomingRequest, problems: inout [FieldProblem]) throws -> Value? {
        guard request.body.readableBytes == 0 else { return try body.read(from: request, problems: &problems) }
        var reader = JSONReader(.object([:]))
        return Value(reading: &reader)
    }
}
