import Access
import EventStore
import JSON

extension Endpoint {
    /// `POST /rbac/check`: asks whether users may do something.
    static func accessCheck(_ access: AccessService) -> Endpoint {
        Endpoint(
            .post,
            "/rbac/check",
            "Ask whether users have permissions",
            details: """
                One question, or several under `checks`, all answered from the same moment. Without a branch the question \
                is about the institution as a whole. Every answer is taken down for the decision log; where that is strict, \
                it is recorded before it is given, and `receipt` says where.
                """,
            tag: "rbac",
            access: .permission(.checkAccess, in: .decidedByHandler),
            isQuestion: true,
            inputs: AsOf(),
            JSONBody(AccessChecks.self),
            outputs: .json(
                .ok,
                .object(
                    .optional("allowed", .boolean.described("The answer to a single question")),
                    .optional("reason", .string()),
                    .optional("results", .array(of: verdict).described("The answers to several, in their order")),
                    .required("position", .position.described("The position that the answers come from")),
                    .optional("receipt", Receipt.schema)
                ),
                "The answers."
            ),
            problems: .unavailable
        ) { context, asOf, body in
            try await context.leaveDecision(.checkAccess)
            if asOf != nil, body.sessionID != nil {
                throw Problem.parameter(.query, "asOf", "cannot be answered for a session: leave one of the two out.")
            }
            let answer = try await access.checkUserPermissions(
                body.questions,
                session: body.sessionID,
                asOf: AccessMoment(asOf),
                context.command()
            )
            return .json(position: Reply.position(ofSize: answer.size)) { writer in
                writer.object { writer in
                    if body.isBatch {
                        writer.member(
                            "results",
                            array: { writer in
                                for verdict in answer.verdicts { writer.object { verdict.write(to: &$0) } }
                            }
                        )
                    } else {
                        answer.verdicts.first?.write(to: &writer)
                    }
                    writer.member("position", answer.size - 1)
                    if let receipt = answer.receipt {
                        writer.name("receipt")
                        receipt.write(to: &writer)
                    }
                }
            }
        }
    }

    private static let verdict = Schema.object(
        .required("allowed", .boolean),
        .required(
            "reason",
            .string().described(
                AccessVerdict.allCases.map(\.reason).reversed().joined(separator: ", ")
            )
        )
    ).named("AccessVerdict")
}

extension AccessVerdict {
    /// Writes the members of the object.
    fileprivate func write(to writer: inout JSONWriter) {
        writer.member("allowed", isAllowed)
        writer.member("reason", reason)
    }
}
