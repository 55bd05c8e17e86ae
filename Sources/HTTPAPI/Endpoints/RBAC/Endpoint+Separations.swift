import Access
import JSON

extension Endpoint {
    /// Duties that are kept separate.
    static func separations(_ access: AccessService) -> [Endpoint] {
        [listSeparations(access), setSeparation(access), deleteSeparation(access)]
    }

    /// `GET /rbac/separations`: lists which duties are kept separate.
    private static func listSeparations(_ access: AccessService) -> Endpoint {
        Endpoint(
            .get,
            "/rbac/separations",
            "List which duties are kept separate",
            details: "Each with those of its roles that the reader may see; one that has no such role is not listed.",
            tag: "rbac",
            access: .permission(.readSeparations, in: .decidedByHandler),
            inputs: AsOf(),
            outputs: .json(.ok, .object(.required("items", .array(of: separation))), "The separations by id.")
        ) { context, asOf in
            try await context.leaveDecision(.readSeparations)
            let answer = try await access.getSeparations(asOf: AccessMoment(asOf), context.command())
            return .json(position: Reply.position(ofSize: answer.size)) { writer in
                writer.object { writer in
                    writer.member("items", array: { writer in for item in answer.value { item.write(to: &writer) } })
                }
            }
        }
    }

    /// `PUT /rbac/separations/{separationId}`: keeps duties separate.
    private static func setSeparation(_ access: AccessService) -> Endpoint {
        Endpoint(
            .put,
            "/rbac/separations/{separationId}",
            "Keep duties separate",
            details: """
                Static: nobody has so many of the roles, themselves or by inheritance, in one place at one time. Dynamic: \
                nobody has so many of them active at once; whoever has them opens a session with fewer. Refused where \
                somebody has already what is to be kept separate.
                """,
            tag: "rbac",
            access: .permission(.setSeparations),
            inputs: Path("separationId", .identifier, "The separation."),
            IdempotencyHeader(),
            JSONBody(SeparationToSet.self),
            outputs: .json(.ok, .receipt, "The duties are kept separate."),
            problems: .versionConflict,
            .separationOfDuty,
            .escalation,
            .lastAdministrator,
            .idempotencyKeyReused,
            .unavailable
        ) { context, id, key, body in
            let command = SetSeparation(
                separationID: id,
                kind: body.kind,
                name: body.name,
                roleIDs: body.roleIDs,
                cardinality: body.cardinality,
                expectedVersion: body.expectedVersion
            )
            return .commanded(.ok, try await access.setSeparation(command, context.command(key)))
        }
    }

    /// `DELETE /rbac/separations/{separationId}`: keeps duties separate no more.
    private static func deleteSeparation(_ access: AccessService) -> Endpoint {
        Endpoint(
            .delete,
            "/rbac/separations/{separationId}",
            "Keep duties separate no more",
            tag: "rbac",
            access: .permission(.deleteSeparations),
            inputs: Path("separationId", .identifier, "The separation."),
            IdempotencyHeader(),
            outputs: .json(.ok, .receipt, "The separation is no more."),
            problems: .notFound,
            .escalation,
            .idempotencyKeyReused,
            .unavailable
        ) { context, id, key in
            let command = DeleteSeparation(separationID: id)
            return .commanded(.ok, try await access.deleteSeparation(command, context.command(key)))
        }
    }

    private static let separation = Schema.object(
        .required("separationId", .identifier),
        .required("kind", .string().described("static or dynamic")),
        .required("name", .string()),
        .required("roleIds", .array(of: .identifier)),
        .required("cardinality", .integer().described("So many of the roles are too many")),
        .required("version", .integer())
    ).named("Separation")
}

extension Separation {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("separationId", id)
            writer.member("kind", kind.rawValue)
            writer.member("name", name)
            writer.member("roleIds", roleIDs)
            writer.member("cardinality", cardinality)
            writer.member("version", version)
        }
    }
}

/// Duties to keep separate.
struct SeparationToSet: JSONReadable {
    private static let roles = 2...64

    let kind: Separation.Kind
    let name: String
    let roleIDs: [String]
    let cardinality: Int
    let expectedVersion: Int64?

    static let schema = Schema.object(
        .required("kind", .string().described("static or dynamic")),
        .required("name", .string(AccessRules.name)),
        .required("roleIds", .array(of: .identifier, count: roles)),
        .optional("cardinality", .integer(2...64).described("So many of the roles are too many; 2 if left out")),
        .optional("expectedVersion", .expectedVersion)
    )

    init(reading reader: inout JSONReader) {
        let word = reader.string("kind", StringRule(1...20, .line))
        if Separation.Kind(rawValue: word) == nil, !word.isEmpty {
            reader.refuse("kind", "It is static or dynamic.")
        }
        kind = Separation.Kind(rawValue: word) ?? .static
        name = reader.string("name", AccessRules.name)
        roleIDs = reader.strings("roleIds", each: .identifier, count: Self.roles, unique: true)
        cardinality = Int(reader.integerIfPresent("cardinality", in: 2...64) ?? 2)
        expectedVersion = reader.integerIfPresent("expectedVersion", in: AccessRules.versions)
    }
}
