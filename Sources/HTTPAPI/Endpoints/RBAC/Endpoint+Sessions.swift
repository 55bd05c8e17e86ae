import Access
import Events
import HTTPTypes
import JSON
import Time

extension Endpoint {
    /// Sessions, in which only some of a user's roles count.
    static func sessions(_ access: AccessService) -> [Endpoint] {
        [
            openSession(access), session(access), sessionPermissions(access), activateRole(access), dropRole(access),
            closeSession(access),
        ]
    }

    /// `POST /rbac/sessions`: opens a session.
    private static func openSession(_ access: AccessService) -> Endpoint {
        Endpoint(
            .post,
            "/rbac/sessions",
            "Open a session",
            details: """
                Of whoever asks, with some of their roles active: in requests that name it in `Daybook-Session`, and in \
                checks that name it, only these count. Dynamic separation of duty is checked here.
                """,
            tag: "rbac",
            access: .signedIn,
            inputs: IdempotencyHeader(),
            JSONBody(SessionToOpen.self),
            outputs: .json(.created, sessionSchema, "The session."),
            problems: .separationOfDuty,
            .tooManySessions,
            .idempotencyKeyReused,
            .unavailable
        ) { context, key, body in
            let id = UUIDv7.generate().uuidString.lowercased()
            let command = OpenSession(
                sessionID: id,
                roleIDs: body.roleIDs,
                expiresAt: body.expiresAt ?? context.now.advanced(by: .seconds(8 * 3600))
            )
            let outcome = try await access.openSession(command, context.command(key))
            let opened = outcome.id(of: AccessStream.session) ?? id
            let reply: Reply
            do {
                reply = try await shown(.created, opened, access, context, outcome)
            } catch let refusal as AccessRefusal where refusal.code == .noSession && outcome.events.isEmpty {
                // The request only repeats an earlier one, whose session is over by now.
                reply = .commanded(.created, outcome)
            }
            return reply.located(at: "/rbac/sessions/\(PercentCoding.encode(opened))")
        }
    }

    /// `GET /rbac/sessions/{sessionId}`: shows a session.
    private static func session(_ access: AccessService) -> Endpoint {
        Endpoint(
            .get,
            "/rbac/sessions/{sessionId}",
            "Show a session of one's own",
            tag: "rbac",
            access: .signedIn,
            inputs: Path("sessionId", .identifier, "The session."),
            outputs: .json(.ok, sessionSchema, "The session and the roles that are active in it."),
            problems: .noSession
        ) { context, id in
            try await shown(.ok, id, access, context, nil)
        }
    }

    /// `GET /rbac/sessions/{sessionId}/permissions`: what one may do in a session.
    private static func sessionPermissions(_ access: AccessService) -> Endpoint {
        Endpoint(
            .get,
            "/rbac/sessions/{sessionId}/permissions",
            "List what one may do in a session of one's own",
            tag: "rbac",
            access: .signedIn,
            inputs: Path("sessionId", .identifier, "The session."),
            Query("branchId", .identifier, "Where; in the institution as a whole if left out."),
            Paging(default: 500, maximum: 10_000),
            outputs: .listing(.held, "The permissions by name."),
            problems: .noSession
        ) { context, id, branch, page in
            let scope = AccessScope(searched: branch)
            let answer = try await access.getSessionPermissions(id, in: scope, context.command())
            let rest = answer.value.filter { permission in
                page.after.map { $0.key.precedesByBytes(permission.name) } ?? true
            }
            let held = AccessAnswer(value: Array(rest.prefix(page.limit + 1)), size: answer.size)
            return .listing(held, .held, page: page, context) { $0.name }
        }
    }

    /// `POST /rbac/sessions/{sessionId}/roles/{roleId}`: activates a role.
    private static func activateRole(_ access: AccessService) -> Endpoint {
        Endpoint(
            .post,
            "/rbac/sessions/{sessionId}/roles/{roleId}",
            "Activate a role in a session",
            tag: "rbac",
            access: .signedIn,
            inputs: Path("sessionId", .identifier, "The session."),
            Path("roleId", .identifier, "The role, one of one's own."),
            IdempotencyHeader(),
            outputs: .json(.ok, sessionSchema, "The session as it is now."),
            problems: .noSession,
            .alreadyAssigned,
            .separationOfDuty,
            .idempotencyKeyReused,
            .unavailable
        ) { context, id, role, key in
            let command = ChangeSession(sessionID: id, .activate(role: role))
            let outcome = try await access.changeSession(command, context.command(key))
            return try await shown(.ok, id, access, context, outcome)
        }
    }

    /// `DELETE /rbac/sessions/{sessionId}/roles/{roleId}`: drops a role.
    private static func dropRole(_ access: AccessService) -> Endpoint {
        Endpoint(
            .delete,
            "/rbac/sessions/{sessionId}/roles/{roleId}",
            "Drop a role in a session",
            tag: "rbac",
            access: .signedIn,
            inputs: Path("sessionId", .identifier, "The session."),
            Path("roleId", .identifier, "The role."),
            IdempotencyHeader(),
            outputs: .json(.ok, sessionSchema, "The session as it is now."),
            problems: .noSession,
            .notFound,
            .idempotencyKeyReused,
            .unavailable
        ) { context, id, role, key in
            let command = ChangeSession(sessionID: id, .drop(role: role))
            let outcome = try await access.changeSession(command, context.command(key))
            return try await shown(.ok, id, access, context, outcome)
        }
    }

    /// `DELETE /rbac/sessions/{sessionId}`: closes a session.
    private static func closeSession(_ access: AccessService) -> Endpoint {
        Endpoint(
            .delete,
            "/rbac/sessions/{sessionId}",
            "Close a session",
            tag: "rbac",
            access: .signedIn,
            inputs: Path("sessionId", .identifier, "The session."),
            IdempotencyHeader(),
            outputs: .json(.ok, .receipt, "Nothing can be done in it any more."),
            problems: .noSession,
            .idempotencyKeyReused,
            .unavailable
        ) { context, id, key in
            .commanded(.ok, try await access.changeSession(ChangeSession(sessionID: id, .close), context.command(key)))
        }
    }

    private static let sessionSchema = Schema.commanded(
        "session",
        .object(
            .required("sessionId", .identifier),
            .required("userId", .identifier),
            .required("roleIds", .array(of: .identifier).described("The roles that are active")),
            .required("expiresAt", .timestamp)
        ).named("Session")
    )

    private static func shown(
        _ status: HTTPResponse.Status,
        _ id: String,
        _ access: AccessService,
        _ context: RequestContext,
        _ outcome: CommandOutcome?
    ) async throws -> Reply {
        let answer = try await access.getSession(id, context.command())
        return .json(status, position: Reply.position(ofSize: max(answer.size, outcome?.size ?? 0))) { writer in
            writer.object { writer in
                writer.name("session")
                writer.object { writer in
                    writer.member("sessionId", answer.value.session.id)
                    writer.member("userId", answer.value.session.userID)
                    writer.member("roleIds", answer.value.roleIDs)
                    writer.member("expiresAt", answer.value.session.expiresAt)
                }
                outcome?.writeReceipt(to: &writer)
            }
        }
    }
}

/// A session to open.
struct SessionToOpen: JSONReadable {
    let roleIDs: [String]
    let expiresAt: Timestamp?

    static let schema = Schema.object(
        .required("roleIds", .array(of: .identifier, count: 0...256).described("The roles to be active, of one's own")),
        .optional("expiresAt", .timestamp.described("From when on it counts no longer; in eight hours if left out"))
    )

    init(reading reader: inout JSONReader) {
        roleIDs = reader.strings("roleIds", each: .identifier, count: 0...256, unique: true)
        expiresAt = reader.timestampIfPresent("expiresAt")
    }
}
