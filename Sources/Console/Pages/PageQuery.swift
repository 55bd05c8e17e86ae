import HTTPAPI

/// Parameters of a page as its forms send them: one that is empty counts as left out.
struct PageQuery: EndpointInput {
    private let names: [String]

    init(_ names: String...) {
        self.names = names
    }

    func describe(in operation: inout OperationDescription) {
        for name in names {
            operation.parameters.append(.init(.query, name, isRequired: false, .string(), ""))
        }
    }

    func read(from request: borrowing IncomingRequest, problems: inout [FieldProblem]) -> [String: String]? {
        let known = problems.count
        var values: [String: String] = [:]
        for name in names {
            guard let value = request.queryValue(name, problems: &problems), !value.isEmpty else { continue }
            values[name] = value
        }
        return problems.count == known ? values : nil
    }
}
