import Postgres

/// An event as a test writes it down.
struct LoggedEvent: Sendable {
    var type: String
    var data: String
    var personal: String?
    var actor = "admin"
    /// The stream that the event would stand in.
    var stream: String?

    func insert(at position: Int64, _ connection: PostgresConnection) async throws {
        let bytes = [UInt8](repeating: 7, count: 32)
        try await connection.execute(
            """
            insert into log.events (position, recorded_at, stream, version, id, type, schema_version, branch, actor,
                data, personal, salt, leaf)
            values (\(position), timestamptz '2026-01-01 00:00:00Z' + \(position) * interval '1 minute',
                \(stream ?? "test"), \(position), gen_random_uuid(), \(type), 1, null, \(actor),
                \(data)::text::json, \(personal)::text::json, \(personal == nil ? nil : bytes), \(bytes))
            """
        )
    }

    static func permission(_ id: String) -> LoggedEvent {
        LoggedEvent(
            type: "rbac.permission-created",
            data: #"{"permissionId":"\#(id)","name":"\#(id)","resource":"r","action":"a"}"#
        )
    }

    static func describe(_ id: String, _ text: String) -> LoggedEvent {
        LoggedEvent(type: "rbac.permission-updated", data: #"{"permissionId":"\#(id)","description":"\#(text)"}"#)
    }

    static func role(_ id: String, parent: String? = nil, _ permissions: [String] = []) -> LoggedEvent {
        let list = permissions.map { "\"\($0)\"" }.joined(separator: ",")
        let parent = parent.map { #","parentRoleId":"\#($0)""# } ?? ""
        return LoggedEvent(
            type: "rbac.role-defined",
            data: #"{"roleId":"\#(id)","branchId":"b","name":"role \#(id)"\#(parent),"permissionIds":[\#(list)]}"#,
            stream: "role-\(id)"
        )
    }

    static func change(_ id: String, _ members: String) -> LoggedEvent {
        LoggedEvent(type: "rbac.role-updated", data: #"{"roleId":"\#(id)","branchId":"b",\#(members)}"#)
    }

    static func delete(_ id: String) -> LoggedEvent {
        LoggedEvent(type: "rbac.role-deleted", data: #"{"roleId":"\#(id)","branchId":"b"}"#)
    }

    static func grant(_ role: String, _ permission: String) -> LoggedEvent {
        LoggedEvent(
            type: "rbac.permission-assigned",
            data: #"{"roleId":"\#(role)","permissionId":"\#(permission)"}"#
        )
    }

    static func revoke(_ role: String, _ permission: String) -> LoggedEvent {
        LoggedEvent(
            type: "rbac.permission-revoked",
            data: #"{"roleId":"\#(role)","permissionId":"\#(permission)"}"#
        )
    }

    static func assign(_ user: String, _ role: String, expires: String? = nil, by actor: String = "admin")
        -> LoggedEvent
    {
        let expiry = expires.map { #","expiresAt":"\#($0)""# } ?? ""
        return LoggedEvent(
            type: "rbac.role-assigned",
            data: #"{"userId":"\#(user)","roleId":"\#(role)","branchId":"b"\#(expiry)}"#,
            actor: actor,
            stream: "user-\(user)"
        )
    }

    static func remove(_ user: String, _ role: String) -> LoggedEvent {
        LoggedEvent(
            type: "rbac.role-removed",
            data: #"{"userId":"\#(user)","roleId":"\#(role)","branchId":"b","reason":"left the post"}"#
        )
    }

    /// Any event of access about things of these names.
    static func rbac(_ type: String, _ members: String) -> LoggedEvent {
        LoggedEvent(type: "rbac.\(type)", data: "{\(members)}")
    }

    /// A batch of decisions about a user.
    static func decisions(about user: String, _ count: Int) -> LoggedEvent {
        let decision = #"[0,1,0,1,0,-1,0,3,null],[5,0,1,1,0,0,1,3,null]"#
        let list = Array(repeating: decision, count: count).joined(separator: ",")
        let times = #""from":"2026-01-01T00:00:00Z","to":"2026-01-01T00:00:01Z","count":\#(count * 2),"refused":0"#
        let names = #""users":["admin","\#(user)"],"permissions":["p:read"],"branches":["b"]"#
        return LoggedEvent(
            type: "rbac.decisions-recorded",
            data: #"{\#(times),\#(names),"verdicts":["granted","denied"],"decisions":[\#(list)]}"#,
            actor: "system"
        )
    }

    /// A restore that keeps the first `size` events in force.
    static func restore(to size: Int64) -> LoggedEvent {
        LoggedEvent(
            type: "recovery.restored",
            data: #"{"toPosition":\#(size - 1),"reason":"a mistake","previewDigest":"00"}"#,
            actor: "operator"
        )
    }

    static func register(_ user: String) -> LoggedEvent {
        LoggedEvent(
            type: "identity.user-registered",
            data: #"{"userId":"\#(user)","kind":"person"}"#,
            personal: #"{"name":"Name of \#(user)","email":"\#(user)@example.org"}"#
        )
    }

    static func token(_ id: String, _ user: String) -> LoggedEvent {
        LoggedEvent(
            type: "identity.token-issued",
            data: #"{"tokenId":"\#(id)","userId":"\#(user)","digest":"aa"}"#,
            personal: #"{"label":"laptop of \#(user)"}"#
        )
    }

    static func revokeToken(_ id: String, _ user: String) -> LoggedEvent {
        LoggedEvent(type: "identity.token-revoked", data: #"{"tokenId":"\#(id)","userId":"\#(user)"}"#)
    }

    static func access(_ user: String) -> LoggedEvent {
        LoggedEvent(
            type: "audit.access-logged",
            data: #"{"userId":"\#(user)","action":"view","resource":"student","resourceId":"s1","status":"success"}"#,
            personal: #"{"ipAddress":"10.0.0.1","changes":{"grade":"excellent"}}"#
        )
    }

    static func erase(_ user: String) -> LoggedEvent {
        LoggedEvent(type: "log.personal-erased", data: #"{"userId":"\#(user)","reason":"asked"}"#)
    }

    static func entry(_ message: String) -> LoggedEvent {
        LoggedEvent(
            type: "logs.entry",
            data: #"{"level":"info","message":"\#(message)","logger":"l","loggedAt":"2026-01-01T00:00:00Z"}"#,
            actor: "system"
        )
    }

    static func requests(_ count: Int) -> LoggedEvent {
        let request = "[0,0,0,200,10,0,0,\"4bf92f3577b34da6a3ce929d0e0e4736\"]"
        let list = Array(repeating: request, count: count).joined(separator: ",")
        let times = #""from":"2026-01-01T00:00:00Z","to":"2026-01-01T00:00:01Z""#
        return LoggedEvent(
            type: "logs.requests-recorded",
            data: #"{\#(times),"count":\#(count),"errors":0,"routes":["GET /a"],"actors":["b"],"requests":[\#(list)]}"#,
            actor: "system"
        )
    }

    static func raiseAlert(_ id: String) -> LoggedEvent {
        let rest = #""severity":"warning","message":"m","raisedAt":"2026-01-01T00:00:00Z""#
        return LoggedEvent(type: "logs.alert-raised", data: #"{"alertId":"\#(id)","rule":"r",\#(rest)}"#)
    }

    static func resolveAlert(_ id: String) -> LoggedEvent {
        let rest = #""rule":"r","resolvedAt":"2026-01-01T00:00:00Z""#
        return LoggedEvent(type: "logs.alert-resolved", data: #"{"alertId":"\#(id)",\#(rest)}"#)
    }

    /// A release of what may be released between two positions.
    static func release(from: Int = 0, below: Int) -> LoggedEvent {
        let types = #"["logs.entry","logs.requests-recorded","audit.access-logged","rbac.decisions-recorded"]"#
        return LoggedEvent(
            type: "logs.payloads-released",
            data: #"{"types":\#(types),"fromPosition":\#(from),"toPosition":\#(below)}"#
        )
    }
}
