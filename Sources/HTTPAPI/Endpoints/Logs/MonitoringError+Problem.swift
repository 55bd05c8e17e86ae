import JSON
import Monitoring

extension MonitoringError: ProblemConvertible {
    package var problem: Problem {
        switch code {
        case .behind(let lag):
            var problem = Problem.unavailable(retryAfter: .seconds(1), message)
            problem.members["lag"] = .number(JSONNumber(lag))
            return problem
        case .noSuchMoment: return Problem(.invalidParameter, message, errors: [FieldProblem(.query, "asOf", message)])
        case .notFound: return Problem(.notFound, message)
        case .conflict: return Problem(.conflict, message)
        case .invalid(let field): return Problem(fields: [FieldProblem(pointer: "/\(field)", message)])
        // About files of the server's, which whoever runs it is told of: a full disk passes.
        case .inaccessible: return .unavailable(retryAfter: .seconds(60), message)
        case .damaged: return Problem(.internalError, message)
        }
    }
}
