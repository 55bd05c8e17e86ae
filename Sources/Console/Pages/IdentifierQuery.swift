import HTTPAPI
import JSON

/// Parameters of a page that are ids, or parts of them, as its forms send them: one that is empty counts as left out.
struct IdentifierQuery: EndpointInput {
    private let names: [String]

    init(_ names: String...) {
        self.names = names
    }

    func describe(in operation: inout OperationDescription) {
        for name in names {
            operation.parameters.append(.init(.query, name, isRequired: false, .string(.identifier), ""))
        }
    }

    func read(from request: borrowing IncomingRequest, problems: inout [FieldProblem]) -> [String: String]? {
        let known = problems.count
        var values: [String: String] = [:]
        for name in names {
            guard let value = request.queryValue(name, problems: &problems), !value.isEmpty else { continue }
            if let problem = StringRule.identifier.problem(in: value) {
                problems.append(FieldProblem(.query, name, "is not acceptable. \(problem)"))
            }
            values[name] = value
        }
        return problems.count == known ? values : nil
    }
}
