import HTTPTypes
import Institution
import JSON
import NIOCore

/// The events of a request in any of the three modes of CloudEvents over HTTP.
struct CloudEventsBody: EndpointInput {
    struct Value: Sendable {
        /// What each of them is, or why it is none.
        var events: [Result<ReceivedFact, FactRefusal>]
        /// Whether they came as a batch, and are answered as one.
        var isBatch: Bool
    }

    /// How many events a batch may have.
    static let largestBatch = 1_000
    private static let maximumBytes = 8_388_608

    func describe(in operation: inout OperationDescription) {
        operation.body = .init(
            .cloudEvent,
            .cloudEvents,
            .json,
            schema: .any.described(
                "A CloudEvents 1.0 event in structured mode, an array of them in batched mode, or its data alone in "
                    + "binary mode, with the attributes in ce- header fields."
            ),
            maximumBytes: Self.maximumBytes
        )
        let attributes = [
            ("ce-specversion", "1.0, in binary mode."), ("ce-id", "The event's id at its source."),
            ("ce-source", "The system that sends it."), ("ce-type", "The type of event."),
            ("ce-subject", "What it is about."), ("ce-time", "When it happened."),
            ("ce-dataschema", "The schema of the data: urn:daybook:event:<type>:<version>."),
            ("ce-branch", "The branch that it belongs to."), ("ce-traceparent", "The trace that it belongs to."),
        ]
        for (name, description) in attributes {
            operation.parameters.append(.init(.header, name, isRequired: false, .string(), description))
        }
    }

    func read(from request: borrowing IncomingRequest, problems: inout [FieldProblem]) throws -> Value? {
        let type = (request.headers[.contentType] ?? "").lowercased().prefix { $0 != ";" && $0 != " " }
        switch String(type) {
        case MediaType.cloudEvents.name:
            guard case .array(let elements) = try json(request) else {
                problems.append(FieldProblem(pointer: "", "A batch is an array of events."))
                return nil
            }
            guard elements.count <= Self.largestBatch else {
                problems.append(
                    FieldProblem(pointer: "", "A batch has \(Self.largestBatch) events at most, not \(elements.count).")
                )
                return nil
            }
            return Value(events: elements.map { CloudEvent.read(structured: $0) }, isBatch: true)
        case MediaType.cloudEvent.name:
            return Value(events: [CloudEvent.read(structured: try json(request))], isBatch: false)
        default:
            let data = request.body.readableBytes == 0 ? nil : try json(request)
            return Value(events: [CloudEvent.read(headers: request.headers, data: data)], isBatch: false)
        }
    }

    private func json(_ request: borrowing IncomingRequest) throws -> JSONValue {
        do {
            return try request.body.withUnsafeReadableBytes { bytes throws(JSONParsingError) in
                try JSONValue(parsing: bytes.bindMemory(to: UInt8.self))
            }
        } catch {
            throw Problem.malformed(error)
        }
    }
}
