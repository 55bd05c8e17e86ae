import Access
import EventStore
import JSON
import RateLimiting

extension Endpoint {
    /// Limits of requests.
    package static func limits(_ access: LimitsAccess) -> [Endpoint] {
        [listLimits(access), limitStatus(access), setLimit(access), removeLimit(access)]
    }

    /// `GET /limits`: the policies in force.
    private static func listLimits(_ access: LimitsAccess) -> Endpoint {
        Endpoint(
            .get,
            "/limits",
            "See which limits hold",
            details: "Those that hold by default and those that were set.",
            tag: "limits",
            access: .permission(BuiltInPermission.readLimits.name),
            routeClass: .limits,
            inputs: AsOf(),
            outputs: .json(.ok, .object(.required("items", .array(of: policySchema))), "The limits."),
            problems: .unavailable
        ) { context, asOf in
            let (policies, size) = try await access.policies(asOf: asOf)
            return .json(position: Reply.position(ofSize: size)) { writer in
                writer.object { writer in
                    writer.member(
                        "items",
                        array: { writer in
                            for policy in policies.policies {
                                policy.write(isDefault: policies.changes[policy.name] == nil, to: &writer)
                            }
                        }
                    )
                }
            }
        }
    }

    /// `PUT /limits/{name}`.
    private static func setLimit(_ access: LimitsAccess) -> Endpoint {
        Endpoint(
            .put,
            "/limits/{name}",
            "Set a limit",
            details: """
                In place of what holds under the name, on this server at once and on the others within a second. A limit \
                that nobody could live with, or that could not be mended, is refused.
                """,
            tag: "limits",
            access: .permission(BuiltInPermission.manageLimits.name),
            routeClass: .limits,
            inputs: Path("name", .limitName, "The limit."),
            IdempotencyHeader(),
            JSONBody(LimitToSet.self),
            outputs: .json(.ok, .receipt, "It holds."),
            problems: .conflict,
            .idempotencyKeyReused,
            .unavailable
        ) { context, name, key, body in
            .receipt(
                try await access.service.set(body.policy(name), reason: body.reason, by: Author(context, key))
            )
        }
    }

    /// `DELETE /limits/{name}`.
    private static func removeLimit(_ access: LimitsAccess) -> Endpoint {
        Endpoint(
            .delete,
            "/limits/{name}",
            "Remove what was set as a limit",
            details: "The default of the name holds again; where there is none, nothing does.",
            tag: "limits",
            access: .permission(BuiltInPermission.manageLimits.name),
            routeClass: .limits,
            inputs: Path("name", .limitName, "The limit."),
            IdempotencyHeader(),
            OptionalBody(LimitRemoval.self),
            outputs: .json(.ok, .receipt, "It is removed."),
            problems: .notFound,
            .idempotencyKeyReused,
            .unavailable
        ) { context, name, key, body in
            .receipt(try await access.service.remove(name, reason: body.reason, by: Author(context, key)))
        }
    }

    private static let policySchema = Schema.object(
        .required("name", .string()),
        .optional("routeClass", .string()),
        .required("partition", .array(of: .string())),
        .required("quota", .integer()),
        .required("windowSeconds", .integer()),
        .required("burst", .integer()),
        .required("isDefault", .boolean.described("Whether it was never set, or is no longer"))
    ).named("Limit")
}

extension RateLimitPolicy {
    fileprivate func write(isDefault: Bool, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", name)
            if let routeClass { writer.member("routeClass", routeClass.rawValue) }
            writer.member("partition", partition.names)
            writer.member("quota", quota)
            writer.member("windowSeconds", windowSeconds)
            writer.member("burst", burst)
            writer.member("isDefault", isDefault)
        }
    }
}
