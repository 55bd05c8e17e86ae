package import HTTPTypes
package import JSON

/// An error as a client sees it (RFC 9457). Whatever is thrown in an endpoint becomes one.
///
/// Throw it where the client can do something about the error; its texts go out as they are, so they hold no secret
/// and no detail of the inside. Any other error is answered as ``ProblemKind/internalError`` without a word of it,
/// unless it is ``ProblemConvertible``.
package struct Problem: Error, Sendable {
    /// The class of the error.
    package let kind: ProblemKind
    /// What happened this time, and what the reader can do about it.
    package let detail: String
    /// The parts of the request that are at fault, if that is the matter.
    package var errors: [FieldProblem]
    /// Further members, such as `currentVersion`. Names of RFC 9457 are not to be used again.
    package var members: JSONObject
    /// Header fields that go with the answer.
    package var headers: [HTTPField]

    /// A problem of some kind.
    package init(
        _ kind: ProblemKind,
        _ detail: String,
        errors: [FieldProblem] = [],
        members: JSONObject = [:],
        headers: [HTTPField] = []
    ) {
        self.kind = kind
        self.detail = detail
        self.errors = errors
        self.members = members
        self.headers = headers
    }
}

extension Problem: CustomStringConvertible {
    package var description: String {
        let places = errors.map { "\($0.location.rawValue) \($0.pointer): \($0.detail)" }
        return places.isEmpty
            ? "\(kind.name): \(detail)" : "\(kind.name): \(detail) (\(places.joined(separator: "; ")))"
    }
}

extension Problem {
    /// 404 for one thing: "There is no role `x`."
    package static func notFound(_ what: String, _ id: String) -> Problem {
        Problem(.notFound, "There is no \(what) “\(id)”.")
    }

    /// 403 that names what is missing.
    package static func missingPermission(_ permission: String, in scope: BranchScope) -> Problem {
        let place =
            switch scope {
            case .institution: "for the whole institution"
            case .branch(let branch): "in branch “\(branch)”"
            case .anywhere: "in any branch"
            }
        var members: JSONObject = ["permission": .string(permission)]
        if case .branch(let branch) = scope { members["branchId"] = .string(branch) }
        return Problem(
            .forbidden,
            "This needs the permission “\(permission)” \(place). Ask somebody who may grant it.",
            members: members,
            headers: [.bearerChallenge(error: "insufficient_scope", description: "permission \(permission) is missing")]
        )
    }

    /// 409 that tells the version to go on from.
    package static func versionConflict(current: Int64, _ detail: String) -> Problem {
        Problem(.versionConflict, detail, members: ["currentVersion": .number(JSONNumber(current))])
    }

    /// 503 that says when to try again, in whole seconds from 1.
    package static func unavailable(retryAfter: Duration, _ detail: String) -> Problem {
        Problem(.unavailable, detail, headers: [.retryAfter(retryAfter)])
    }

    /// 400 for one parameter.
    package static func parameter(_ location: FieldProblem.Location, _ name: String, _ detail: String) -> Problem {
        Problem(.invalidParameter, "“\(name)” \(detail)", errors: [FieldProblem(location, name, detail)])
    }
}

extension HTTPField {
    /// `Retry-After` in whole seconds, of which there is at least one (RFC 9110, section 10.2.3).
    package static func retryAfter(_ duration: Duration) -> HTTPField {
        let seconds = max(1, duration.components.seconds + (duration.components.attoseconds > 0 ? 1 : 0))
        return HTTPField(name: .retryAfter, value: String(seconds))
    }
}
