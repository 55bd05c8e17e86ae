import Recovery

extension RecoveryError: ProblemConvertible {
    package var problem: Problem {
        switch code {
        case .noSuchMoment: Problem(fields: [FieldProblem(pointer: "", message)])
        case .unknownPreview: Problem(fields: [FieldProblem(pointer: "/previewToken", message)])
        case .outdatedPreview, .lastAdministrator: Problem(.conflict, message)
        case .contended: .unavailable(retryAfter: .seconds(1), message)
        }
    }
}
