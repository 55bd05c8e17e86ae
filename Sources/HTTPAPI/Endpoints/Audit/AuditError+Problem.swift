import Audit
import JSON

extension AuditError: ProblemConvertible {
    package var problem: Problem {
        switch code {
        case .behind(let lag):
            var problem = Problem.unavailable(retryAfter: .seconds(1), message)
            problem.members["lag"] = .number(JSONNumber(lag))
            return problem
        case .notRecorded: return .unavailable(retryAfter: .seconds(1), message)
        case .noSuchMoment:
            return Problem(.invalidParameter, message, errors: [FieldProblem(.query, "asOf", message)])
        case .notFound: return Problem(.notFound, message)
        case .taken, .tooMany: return Problem(.conflict, message)
        }
    }
}
