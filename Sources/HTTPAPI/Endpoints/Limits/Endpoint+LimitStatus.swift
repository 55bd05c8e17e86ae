import Access
import Frequencies
import JSON
import RateLimiting

extension Endpoint {
    /// `GET /limits/status`: what limits did on this server since it started.
    static func limitStatus(_ access: LimitsAccess) -> Endpoint {
        Endpoint(
            .get,
            "/limits/status",
            "See whom limits refused on this server",
            details: """
                Since its start. `limited` are those who were refused most, at most 128 of them kept (Space-Saving): each \
                count is too high by at most its `error`. Addresses are shown to those who may read personal text.
                """,
            tag: "limits",
            access: .permission(BuiltInPermission.readLimits.name),
            routeClass: .limits,
            outputs: .json(.ok, statusSchema, "What they did.")
        ) { context in
            let limiter = access.service.limiter
            let seesAddresses = try await context.allows(BuiltInPermission.readPersonal.name, in: .institution)
            let (cells, shared) = limiter.occupancy
            return .json { writer in
                writer.object { writer in
                    writer.member("enforced", access.isOn)
                    writer.member("counting", limiter.currentPlace.rawValue)
                    writer.member("withoutRedis", limiter.settings.withoutShared.rawValue)
                    writer.member("replicas", limiter.settings.replicas)
                    writer.member("cells", cells)
                    writer.member("capacity", limiter.settings.capacity)
                    writer.member("sharedCellRequests", shared)
                    let denied = limiter.tally.denied
                    writer.member(
                        "denied",
                        object: { writer in for name in denied.keys.sorted() { writer.member(name, denied[name] ?? 0) }
                        }
                    )
                    writer.member(
                        "limited",
                        array: { writer in
                            for entry in limiter.tally.limited(50) { entry.write(seesAddresses, to: &writer) }
                        }
                    )
                }
            }
        }
    }

    private static let statusSchema = Schema.object(
        .required("enforced", .boolean.described("Whether requests are limited here at all")),
        .required(
            "counting",
            .choice(RateLimiter.Place.self).described("Where: in this server, in Redis, or in Redis that is away")
        ),
        .required("withoutRedis", .choice(RateLimitSettings.WithoutShared.self)),
        .required("replicas", .integer().described("Among how many quotas are divided that are kept alone")),
        .required("cells", .integer().described("Keys that are counted in this server")),
        .required("capacity", .integer()),
        .required("sharedCellRequests", .integer().described("Requests that shared a count for want of room")),
        .required("denied", .anyObject.described("How many requests each limit refused")),
        .required(
            "limited",
            .array(
                of: .object(
                    .required("limit", .string()),
                    .optional("actor", .identifier),
                    .optional("subject", .string()),
                    .optional("address", .string()),
                    .optional("routeClass", .string()),
                    .required("count", .integer()),
                    .required("error", .integer())
                )
            )
        )
    )
}

extension HeavyHitters<LimitTally.Limited>.Entry {
    fileprivate func write(_ seesAddresses: Bool, to writer: inout JSONWriter) {
        let key = element.key
        writer.object { writer in
            writer.member("limit", element.policy)
            if let actor = key.actor { writer.member("actor", actor) }
            if let subject = key.subject { writer.member("subject", LogText(subject, limit: 200).description) }
            if seesAddresses, let address = key.address { writer.member("address", address.description) }
            if let routeClass = key.routeClass { writer.member("routeClass", routeClass.rawValue) }
            writer.member("count", count)
            writer.member("error", error)
        }
    }
}
