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
                is about the institution as a whole. Every answer is recorded before it is given.
                """,
            tag: "rbac",
            access: .permission(.checkAccess, in: .decidedByHandler),
            inputs: JSONBody(AccessChecks.self),
            outputs: .json(
                .ok,
                .object(
                    .optional("allowed", .boolean.described("The answer to a single question")),
                    .optional("reason", .string()),
                    .optional("results", .array(of: verdict).described("The answers to several, in their order")),
                    .required("position", .position.described("The position that the answers come from")),
                    .required("receipt", Receipt.schema)
                ),
                "The answers."
            ),
            problems: .unavailable
        ) { context, body in
            try await context.leaveDecision(.checkAccess)
            let answer = try await access.checkUserPermissions(body.questions, context.command())
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
                    writer.name("receipt")
                    answer.receipt.write(to: &writer)
                }
            }
        }
    }

    private static let verdict = Schema.object(
        .required("allowed", .boolean),
        .required("reason", .string().described("granted, not-granted, expired or unknown-permission"))
    ).named("AccessVerdict")
}

extension AccessVerdict {
    /// Writes the members of the object.
    fileprivate func write(to writer: inout JSONWriter) {
        writer.member("allowed", isAllowed)
        writer.member("reason", reason)
    }
}
