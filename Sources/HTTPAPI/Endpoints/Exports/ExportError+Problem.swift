import EventStore
import Exports
import JSON

extension ExportError: ProblemConvertible {
    package var problem: HTTPAPI.Problem {
        switch code {
        case .invalid(let problems):
            HTTPAPI.Problem(
                .invalidBody,
                message,
                errors: problems.map { FieldProblem(pointer: $0.pointer, $0.message) }
            )
        case .notFound: HTTPAPI.Problem(.notFound, message)
        case .forbidden(let permission, let branch): .missingPermission(permission, in: BranchScope(branch))
        case .tooLarge: HTTPAPI.Problem(.exportTooLarge, message)
        case .tooMany:
            HTTPAPI.Problem(.tooManyRequests, message, headers: [.retryAfter(.seconds(60))])
        case .conflict, .damaged: HTTPAPI.Problem(.conflict, message)
        case .gone: HTTPAPI.Problem(.exportGone, message)
        case .unavailable: .unavailable(retryAfter: .seconds(5), message)
        }
    }
}

extension ProblemKind {
    static let exportTooLarge = Self(
        "export-too-large",
        .unprocessableContent,
        "The export would have more rows than may be asked for"
    )
    static let exportGone = Self("export-gone", .gone, "The file of the export was removed")
}
