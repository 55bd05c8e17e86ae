import Access
import JSON

/// The answer to an evaluation (AuthZEN 1.0, section 5.5).
struct AuthZENDecision: Sendable, Hashable {
    let isAllowed: Bool
    /// What the answer rests on, in a word.
    var reason: String?
    /// The position of the log that it comes from.
    var position: Int64?
    /// Why there is no real answer; it is then no.
    var fault: EvaluationFault?

    /// The answer of a check at a position.
    init(_ verdict: AccessVerdict, size: Int64) {
        isAllowed = verdict.isAllowed
        reason = verdict.reason
        position = Reply.position(ofSize: size)
    }

    /// No, because it cannot be evaluated.
    init(_ fault: EvaluationFault) {
        isAllowed = false
        self.fault = fault
    }

    private init(refusedFor reason: String) {
        isAllowed = false
        self.reason = reason
    }

    /// No: subjects of that type hold nothing, whoever they are.
    static let unknownSubjectType = AuthZENDecision(refusedFor: unknownSubjectTypeReason)
    private static let unknownSubjectTypeReason = "unknown-subject-type"

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("decision", isAllowed)
            writer.member(
                "context",
                object: { writer in
                    if let reason { writer.member("reason", reason) }
                    if let position { writer.member("position", position) }
                    if let fault {
                        writer.member(
                            "error",
                            object: { writer in
                                writer.member("status", fault.status)
                                writer.member("message", fault.message)
                            }
                        )
                    }
                }
            )
        }
    }

    static let schema = Schema.object(
        .required("decision", .boolean),
        .optional(
            "context",
            .object(
                .optional(
                    "reason",
                    .oneOf(AccessVerdict.allCases.map(\.reason) + [unknownSubjectTypeReason])
                ),
                .optional("position", .position.described("The position that the answer comes from")),
                .optional("error", .object(.required("status", .integer()), .required("message", .string())))
            ).open
        )
    ).open.named("AuthZENDecision")
}
