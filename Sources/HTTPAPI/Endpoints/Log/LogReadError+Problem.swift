import EventStore
import JSON

extension LogReadError: ProblemConvertible {
    package var problem: Problem {
        switch code {
        case .beyondEnd(let size):
            Problem(.notFound, message, members: ["size": .number(JSONNumber(size))])
        case .notFound, .released: Problem(.notFound, message)
        // A follower's alone; what is wrong with the stored rows is for whoever runs the server, and goes to its log.
        case .malformed, .anotherLog:
            Problem(.internalError, "The log is not as it was written. Whoever runs it has been told.")
        }
    }
}
