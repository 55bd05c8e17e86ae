import HTTPAPI
import JSON

/// Parameters of a page as its forms send them: one that is empty counts as left out, and one that nobody can type is refused.
struct PageQuery: EndpointInput {
    /// As of the fields of forms, and not longer than any of them. What each may be is for its page to say.
    private static let typed = StringRule(1...2_000, .text)

    private let names: [String]

    init(_ names: String...) { self.init(names) }

    init(_ names: [String]) {
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
            if let problem = Self.typed.problem(in: value) {
                problems.append(FieldProblem(.query, name, "is not acceptable. \(problem)"))
            }
            values[name] = value
        }
        return problems.count == known ? values : nil
    }
}
