import HTTPTypes
import JSON

extension Endpoint {
    /// `GET /.well-known/authzen-configuration`: where the endpoints of the Authorization API are.
    ///
    /// Without a configured address the answer repeats the host of the request, since clients compare it with the address
    /// that they asked. A forged host then reaches nobody but its sender: nothing else of the request counts, and the
    /// answer may not be kept.
    static func authZENConfiguration(_ access: AuthZENAccess) -> Endpoint {
        Endpoint(
            .get,
            PathTemplate(stringLiteral: AuthZENPath.configuration),
            "See where the endpoints of OpenID AuthZEN are",
            tag: "authzen",
            access: .open,
            inputs: HostInput(),
            outputs: .json(
                .ok,
                .object(members.map { .required($0.name, .string(format: "uri")) }).open,
                "The metadata of this policy decision point."
            ),
            problems: .badRequest
        ) { _, host in
            guard let address = access.address ?? PublicAddress(authority: host) else {
                throw Problem(.badRequest, "The Host field is to name the host, and the port if need be.")
            }
            var reply = Reply.json { writer in
                writer.object { writer in
                    for member in members { writer.member(member.name, address.description + member.path) }
                }
            }
            if access.address != nil { reply.headers[.cacheControl] = "public, max-age=3600" }
            return reply
        }
    }

    private static let members: [(name: String, path: String)] = [
        ("policy_decision_point", ""),
        ("access_evaluation_endpoint", AuthZENPath.evaluation),
        ("access_evaluations_endpoint", AuthZENPath.evaluations),
        ("search_subject_endpoint", AuthZENPath.subjectSearch),
        ("search_resource_endpoint", AuthZENPath.resourceSearch),
        ("search_action_endpoint", AuthZENPath.actionSearch),
    ]
}
