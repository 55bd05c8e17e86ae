import Access
import Audit
import EventStore
import JSON

extension Endpoint {
    /// The searches of the history that people save: each their own.
    static func savedSearches(_ audit: AuditService) -> [Endpoint] {
        [listSearches(audit), readSearch(audit), saveSearch(audit), changeSearch(audit), removeSearch(audit)]
    }

    private static let searchID = Path("searchId", .text(1...64), "The search.")

    /// `GET /audit/searches`.
    private static func listSearches(_ audit: AuditService) -> Endpoint {
        Endpoint(
            .get,
            "/audit/searches",
            "List one's saved searches",
            details: "By name. What each finds is asked of `GET /audit/events`, with the rights of then.",
            tag: "audit",
            access: .signedIn,
            routeClass: .audit,
            mayBeKept: false,
            inputs: AsOf(),
            outputs: .json(
                .ok,
                .object(.required("items", .array(of: Columns<SavedSearch>.savedSearches.schema))),
                "The searches."
            ),
            problems: .unavailable
        ) { context, asOf in
            let (searches, size) = try await audit.savedSearches(
                of: context.actor,
                asOf: AuditMoment(asOf, cursor: nil)
            )
            return .json(position: Reply.position(ofSize: size)) { writer in
                writer.object { writer in
                    writer.member(
                        "items",
                        array: { for search in searches { Columns.savedSearches.write(search, to: &$0) } }
                    )
                }
            }
        }
    }

    /// `GET /audit/searches/{searchId}`.
    private static func readSearch(_ audit: AuditService) -> Endpoint {
        Endpoint(
            .get,
            "/audit/searches/{searchId}",
            "Read one of one's saved searches",
            tag: "audit",
            access: .signedIn,
            routeClass: .audit,
            mayBeKept: false,
            inputs: searchID,
            AsOf(),
            outputs: .json(.ok, Columns<SavedSearch>.savedSearches.schema, "The search."),
            problems: .notFound,
            .unavailable
        ) { context, id, asOf in
            let (search, size) = try await audit.savedSearch(
                id,
                of: context.actor,
                asOf: AuditMoment(asOf, cursor: nil)
            )
            return .json(position: Reply.position(ofSize: size)) { Columns.savedSearches.write(search, to: &$0) }
        }
    }

    /// `POST /audit/searches`.
    private static func saveSearch(_ audit: AuditService) -> Endpoint {
        let permission = BuiltInPermission.readEvents
        return Endpoint(
            .post,
            "/audit/searches",
            "Save a search of the history",
            details: """
                For whoever saves it alone: at most \(AuditService.savedSearchesEach), each of a name of its own. What it \
                finds is what its reader may see when it is asked.
                """,
            tag: "audit",
            access: .permission(permission.name, in: .decidedByHandler),
            inputs: IdempotencyHeader(),
            JSONBody(SearchToSave.self),
            outputs: .json(
                .created,
                .object(.required("searchId", .identifier), .required("receipt", Receipt.schema)),
                "It is saved."
            ),
            problems: .conflict,
            .idempotencyKeyReused,
            .unavailable
        ) { context, key, body in
            try await context.require(permission.name, in: .anywhere)
            let saved = try await audit.saveSearch(body.draft, by: Author(context, key))
            return .json(.created, position: saved.receipt.events.last?.position) { writer in
                writer.object { writer in
                    writer.member("searchId", saved.id)
                    writer.name("receipt")
                    saved.receipt.write(to: &writer)
                }
            }
        }
    }

    /// `PUT /audit/searches/{searchId}`.
    private static func changeSearch(_ audit: AuditService) -> Endpoint {
        let permission = BuiltInPermission.readEvents
        return Endpoint(
            .put,
            "/audit/searches/{searchId}",
            "Change one of one's saved searches",
            details: "Its name and all that it asks for, as they are from now on.",
            tag: "audit",
            access: .permission(permission.name, in: .decidedByHandler),
            inputs: searchID,
            IdempotencyHeader(),
            JSONBody(SearchToSave.self),
            outputs: .json(.ok, .receipt, "It is changed."),
            problems: .notFound,
            .conflict,
            .idempotencyKeyReused,
            .unavailable
        ) { context, id, key, body in
            try await context.require(permission.name, in: .anywhere)
            return .receipt(try await audit.changeSearch(id, to: body.draft, by: Author(context, key)))
        }
    }

    /// `DELETE /audit/searches/{searchId}`.
    private static func removeSearch(_ audit: AuditService) -> Endpoint {
        Endpoint(
            .delete,
            "/audit/searches/{searchId}",
            "Remove one of one's saved searches",
            tag: "audit",
            access: .signedIn,
            inputs: searchID,
            IdempotencyHeader(),
            outputs: .json(.ok, .receipt, "It is listed no more."),
            problems: .notFound,
            .idempotencyKeyReused,
            .unavailable
        ) { context, id, key in
            .receipt(try await audit.removeSearch(id, by: Author(context, key)))
        }
    }
}
