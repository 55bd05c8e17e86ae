import Access
import JSON
import MerkleLog

extension Endpoint {
    /// `GET /rbac/explain`: why somebody may do something, or may not.
    static func explain(_ access: AccessService) -> Endpoint {
        Endpoint(
            .get,
            "/rbac/explain",
            "Have explained why a user may do something, or may not",
            details: """
                The chain from the user by roles and their parents to the permission; or what is missing, and which grant \
                would do, the one that gives away the least first. Each link comes with the event that made it, who did \
                it, and a C2SP tlog-proof that the event is in the log.
                """,
            tag: "rbac",
            access: .permission(.explainAccess, in: .decidedByHandler),
            inputs: Query(required: "userId", .identifier, "Who."),
            Query(required: "permission", .text(AccessRules.name), "What: resource:action."),
            Query("branchId", .identifier, "Where; in the institution as a whole if left out."),
            AsOf(),
            outputs: .json(.ok, schema, "The explanation."),
            problems: .unavailable
        ) { context, user, permission, branch, asOf in
            try await context.leaveDecision(.explainAccess)
            let question = AccessQuestion(userID: user, permission: permission, branchID: branch)
            let answer = try await access.explain(question, asOf: AccessMoment(asOf), context.command())
            return .json(position: Reply.position(ofSize: answer.size)) { writer in
                answer.value.write(to: &writer, size: answer.size)
            }
        }
    }

    private static let schema = Schema.object(
        .required("allowed", .boolean),
        .required("reason", .string()),
        .required("at", .timestamp.described("The time by which starts and ends were judged")),
        .required("position", .position),
        .required("grants", .array(of: chain).described("Every way by which the user has, or would have, it")),
        .required("denials", .array(of: chain).described("Every way by which it is denied")),
        .required("remedies", .array(of: remedy).described("What would do, where it is not allowed")),
        .required("evidence", .array(of: evidence).described("The events that the chains rest on, by position"))
    ).named("Explanation")

    private static let chain = Schema.object(
        .required("roleId", .identifier.described("The role that the user was assigned")),
        .required("branchId", .identifier),
        .optional("startsAt", .timestamp),
        .optional("expiresAt", .timestamp),
        .required("verdict", .string()),
        .required("lineage", .array(of: .identifier).described("From the assigned role by its parents")),
        .required(
            "permissions",
            .array(of: .object(.required("permission", .string()), .required("reason", .string())))
                .described("From what the last role has of itself (own) to what was asked: by name or by implication")
        )
    ).named("ExplanationChain")

    private static let remedy = Schema.object(
        .required("deed", .string().described("assign, renew, wait, lift or activate")),
        .required("roleId", .identifier),
        .required("branchId", .identifier),
        .required("permissionCount", .integer().described("How many permissions the role grants in all"))
    ).named("ExplanationRemedy")

    private static let evidence = Schema.object(
        .required("fact", .string().described("assignment, parent, permission, denial or implication")),
        .required("about", .array(of: .string())),
        .required("position", .position.described("Of the event that made it so")),
        .required("at", .timestamp),
        .required("by", .identifier),
        .optional("restoredPosition", .position.described("Of the restore by which it holds again")),
        .required("proof", .string().described("A C2SP tlog-proof that the event is in the log"))
    ).named("ExplanationEvidence")
}

extension ExplainedAccess {
    fileprivate func write(to writer: inout JSONWriter, size: Int64) {
        writer.object { writer in
            writer.member("allowed", explanation.verdict.isAllowed)
            writer.member("reason", explanation.verdict.reason)
            writer.member("at", time)
            writer.member("position", size - 1)
            for (name, chains) in [("grants", explanation.grants), ("denials", explanation.denials)] {
                writer.member(name, array: { writer in for chain in chains { chain.write(to: &writer) } })
            }
            writer.member(
                "remedies",
                array: { writer in
                    for remedy in explanation.remedies {
                        writer.object { writer in
                            writer.member("deed", remedy.deed.rawValue)
                            writer.member("roleId", remedy.roleID)
                            writer.member("branchId", remedy.branchID)
                            writer.member("permissionCount", remedy.permissionCount)
                        }
                    }
                }
            )
            writer.member(
                "evidence",
                array: { writer in
                    for item in evidence { item.write(to: &writer, proof: proofs[item.position]?.text ?? "") }
                }
            )
        }
    }
}

extension Explanation.Chain {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("roleId", roleID)
            writer.member("branchId", branchID)
            if let startsAt { writer.member("startsAt", startsAt) }
            if let expiresAt { writer.member("expiresAt", expiresAt) }
            writer.member("verdict", verdict.reason)
            writer.member("lineage", lineage)
            writer.member(
                "permissions",
                array: { writer in
                    for step in permissions {
                        writer.object { writer in
                            writer.member("permission", step.permission)
                            writer.member("reason", step.reason.rawValue)
                        }
                    }
                }
            )
        }
    }
}

extension Evidence {
    fileprivate func write(to writer: inout JSONWriter, proof: String) {
        writer.object { writer in
            writer.member("fact", fact.kind)
            writer.member("about", fact.names)
            writer.member("position", position)
            writer.member("at", at)
            writer.member("by", by)
            if let restoredPosition { writer.member("restoredPosition", restoredPosition) }
            writer.member("proof", proof)
        }
    }
}
