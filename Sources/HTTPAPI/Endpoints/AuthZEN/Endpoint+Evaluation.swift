import Access
import JSON

extension Endpoint {
    /// `POST /access/v1/evaluation`: decides one access request.
    static func evaluation(_ access: AuthZENAccess) -> Endpoint {
        Endpoint(
            .post,
            PathTemplate(stringLiteral: AuthZENPath.evaluation),
            "Evaluate an access request",
            details: """
                The Access Evaluation API of OpenID AuthZEN 1.0. The permission is `type:action` of the resource, the \
                branch is its property `branchId`. The answer is taken down for the decision log.
                """,
            tag: "authzen",
            access: .permission(.checkAccess, in: .decidedByHandler),
            isQuestion: true,
            inputs: AuthZENBody(Evaluation.self),
            outputs: .json(.ok, AuthZENDecision.schema, "The decision."),
            problems: .badRequest,
            .unavailable
        ) { context, evaluation in
            .decision(try await Evaluator(access: access.access, context: context).decide(evaluation))
        }
    }

    /// `POST /access/v1/evaluations`: decides several access requests.
    static func evaluations(_ access: AuthZENAccess) -> Endpoint {
        Endpoint(
            .post,
            PathTemplate(stringLiteral: AuthZENPath.evaluations),
            "Evaluate several access requests",
            details: """
                The Access Evaluations API of OpenID AuthZEN 1.0. What is wrong with one evaluation is answered in its \
                place, with the decision `false`. Without `evaluations` it is answered as a single one.
                """,
            tag: "authzen",
            access: .permission(.checkAccess, in: .decidedByHandler),
            isQuestion: true,
            inputs: AuthZENBody(EvaluationsRequest.self),
            outputs: .json(
                .ok,
                .object(
                    .optional("evaluations", .array(of: AuthZENDecision.schema).described("In the order asked")),
                    .optional("decision", .boolean.described("Of a single evaluation")),
                    .optional("context", .anyObject.described("Of a single evaluation"))
                ).open,
                "The decisions."
            ),
            problems: .badRequest,
            .unavailable
        ) { context, request in
            let evaluator = Evaluator(access: access.access, context: context)
            switch request {
            case .single(let evaluation):
                return .decision(try await evaluator.decide(evaluation))
            case .several(let evaluations, let semantic):
                return .decisions(try await evaluator.decide(evaluations, semantic))
            }
        }
    }
}

extension Reply {
    fileprivate static func decision(_ decision: AuthZENDecision) -> Reply {
        .json(position: decision.position) { decision.write(to: &$0) }
    }

    fileprivate static func decisions(_ decisions: [AuthZENDecision]) -> Reply {
        .json(position: decisions.compactMap(\.position).min()) { writer in
            writer.object { writer in
                writer.member(
                    "evaluations",
                    array: { writer in for decision in decisions { decision.write(to: &writer) } }
                )
            }
        }
    }
}
