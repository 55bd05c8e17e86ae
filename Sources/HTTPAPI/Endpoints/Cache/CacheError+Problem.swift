import Caching

extension CacheError: ProblemConvertible {
    package var problem: Problem {
        switch code {
        case .unknownNamespace, .noSource: Problem(.invalidParameter, message)
        case .badKey: Problem(.invalidParameter, message, errors: [FieldProblem(.path, "key", message)])
        case .badPattern: Problem(.invalidBody, message, errors: [FieldProblem(pointer: "/pattern", message)])
        case .tooLarge: Problem(.contentTooLarge, message)
        case .notFound: Problem(.notFound, message)
        case .busy: Problem(.conflict, message)
        }
    }
}

extension CacheError {
    /// The same, about members of a body.
    func inBody(namespace pointer: String) -> Problem {
        switch code {
        case .unknownNamespace, .noSource:
            Problem(.invalidBody, message, errors: [FieldProblem(pointer: pointer, message)])
        default: problem
        }
    }

    /// The same, about a parameter.
    func inQuery(namespace name: String) -> Problem {
        code == .unknownNamespace ? Problem.parameter(.query, name, "is unknown. \(message)") : problem
    }
}
