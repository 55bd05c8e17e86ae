import Access
package import ProjectionEngine

extension Endpoint {
    /// `GET /projections`: how the read models stand.
    package static func projections(_ engine: ProjectionEngine) -> [Endpoint] {
        [
            Endpoint(
                .get,
                "/projections",
                "See how the read models stand",
                details: """
                    A read model that cannot apply an event stops there, keeps the event's position and says why; \
                    nothing is skipped.
                    """,
                tag: "projections",
                access: .permission(BuiltInPermission.readProjections.name),
                outputs: .json(
                    .ok,
                    .object(.required("items", .array(of: Columns.projections.schema))),
                    "The read models, by name."
                )
            ) { _ in
                let statuses = try await engine.status()
                return .json(position: statuses.map { $0.position + $0.lag }.max().flatMap(Reply.position(ofSize:))) {
                    $0.object { writer in
                        writer.member(
                            "items",
                            array: { writer in
                                for status in statuses { Columns.projections.write(status, to: &writer) }
                            }
                        )
                    }
                }
            }
        ]
    }
}

extension Columns<ProjectionStatus> {
    /// A read model and how it stands.
    fileprivate static let projections = Columns(
        "Projection",
        Column("name", .string()) { .string($0.name) },
        Column("version", .integer()) { .integer(Int64($0.version)) },
        Column("mode", .oneOf(["inline", "following"])) { .string($0.mode.rawValue) },
        Column("state", .oneOf(["running", "quarantined", "missing"])) { .string($0.condition.rawValue) },
        Column("position", .position.described("The last position it holds")) {
            .optional(Reply.position(ofSize: $0.position))
        },
        Column("lag", .integer().described("How many events it does not hold yet")) { .integer($0.lag) },
        Column("error", .string()) { .optional($0.error) },
        Column("errorPosition", .position.described("The event that it could not apply")) {
            .optional($0.errorPosition)
        },
        Column("updatedAt", .timestamp) { .optional($0.updatedAt) },
        Column("rebuildPosition", .position.described("How far a rebuild is")) { .optional($0.rebuildPosition) },
        Column("isOfThisProgram", .boolean.described("Whether the server's own SQL made its tables")) {
            .boolean($0.isOfThisProgram)
        }
    )
}
