import Access
import Events
import HTTPTypes
import JSON
import TestSupport
import Testing

@testable import HTTPAPI

/// Every endpoint of a running server, one after another, by whoever may not call it.
struct EndpointWalkTests {
    /// What anybody may call. Reviewed: an endpoint that is not here, nor below, has to declare a permission.
    private static let open: Set<String> = [
        "GET /livez", "GET /readyz", "GET /openapi.json", "GET /.well-known/authzen-configuration",
        // The link itself says who may have the file: it is signed, good for a while, and lends rights that are asked again.
        "GET /exports/{exportId}/link/{token}",
    ]

    /// What whoever is signed in may call. Reviewed: sessions, also of the console, inboxes, preferences and devices are of
    /// whoever asks (those of somebody else take a permission), deliveries are for who sent it, events take a permission each, and
    /// exports and their schedules are of whoever had them made, files by all that is in them; saved searches are of whoever
    /// saved them, and find what the history shows them.
    private static let signedIn: Set<String> = [
        "POST /events", "DELETE /rbac/users/{userId}/console-sessions", "POST /rbac/sessions",
        "GET /rbac/sessions/{sessionId}",
        "GET /rbac/sessions/{sessionId}/permissions", "DELETE /rbac/sessions/{sessionId}",
        "POST /rbac/sessions/{sessionId}/roles/{roleId}", "DELETE /rbac/sessions/{sessionId}/roles/{roleId}",
        "GET /notifications", "GET /notifications/stream", "GET /notifications/socket", "GET /notifications/poll",
        "GET /notifications/unread-count",
        "POST /notifications/{notificationId}/read",
        "POST /notifications/read-all", "POST /notifications/mark", "DELETE /notifications/{notificationId}",
        "POST /notifications/received", "GET /notifications/preferences", "POST /notifications/preferences",
        "POST /notifications/mute", "DELETE /notifications/mute", "GET /notifications/devices",
        "POST /notifications/devices", "DELETE /notifications/devices/{deviceId}",
        "GET /notifications/push-key",
        "GET /notifications/{notificationId}/deliveries", "GET /notifications/{notificationId}/deliveries/recipients",
        "GET /exports", "GET /exports/reports", "GET /exports/schedule", "DELETE /exports/schedule/{scheduleId}",
        "GET /exports/batch/{batchId}", "GET /exports/{exportId}", "DELETE /exports/{exportId}",
        "GET /exports/{exportId}/file", "POST /exports/{exportId}/cancel", "POST /exports/{exportId}/mail",
        "DELETE /exports/{exportId}/mailings/{mailingId}",
        "GET /audit/searches", "GET /audit/searches/{searchId}", "DELETE /audit/searches/{searchId}",
    ]

    /// What a refusal may leave in the log: that it was decided, and what the server says of itself.
    private static func isRecordOfRefusal(_ type: String) -> Bool {
        type == RBAC.DecisionsRecorded.type.rawValue || type.hasPrefix("logs.")
    }

    @Test func everyEndpointIsOpenByReviewOrDeclaresAPermissionThatThereIs() async throws {
        try await Served.open { served in
            let permissions = Set(try await served.permissions())
            for endpoint in served.endpoints {
                switch endpoint.access {
                case .open: #expect(Self.open.contains(endpoint.name), "\(endpoint.name) is open to anybody")
                case .signedIn: #expect(Self.signedIn.contains(endpoint.name), "\(endpoint.name) takes no permission")
                case .permission(let permission, _):
                    #expect(
                        permissions.contains(permission),
                        "\(endpoint.name) takes \(permission), which is not there"
                    )
                    #expect(!Self.open.union(Self.signedIn).contains(endpoint.name))
                }
            }
            // Nothing is answered that was not walked.
            let document = try await served.send(Sending(.get, "/openapi.json"), token: nil)
            let paths = try #require(document.json?["paths"]?.object)
            var operations: Set<String> = []
            for path in paths.members {
                for operation in path.value.object?.members ?? [] where operation.name != "parameters" {
                    operations.insert("\(operation.name.uppercased()) \(path.name)")
                }
            }
            let walked = Set(served.endpoints.map(\.name)).union(Self.open).union(Self.signedIn)
            #expect(operations.union(["GET /openapi.json"]) == walked)
        }
    }

    @Test func whoeverLacksThePermissionIsRefusedAndNothingChanges() async throws {
        try await Served.open { served in
            let all = try await served.permissions()
            let guarded = served.endpoints.filter { $0.access.permission != nil }
            let events = EventCatalogue.all.map(\.type.rawValue).filter { $0.hasPrefix("institution.") }
            let needed = Set(guarded.compactMap(\.access.permission) + events.map(Self.permission(toSend:))).sorted()
            #expect(needed.count > 100)
            let nobody = try await served.token(of: "nobody")
            var others: [String: String] = [:]
            var holders: [String: String] = [:]
            for (number, permission) in needed.enumerated() {
                let (other, holder) = ("other-\(number)", "holder-\(number)")
                others[permission] = try await served.token(of: other)
                holders[permission] = try await served.token(of: holder)
                let rest = all.filter { !Self.covers($0, permission) }
                try await served.grant(rest, to: other, in: RBAC.institutionBranch, role: other)
                try await served.grant([permission], to: holder, in: RBAC.institutionBranch, role: holder)
            }
            try await served.settle()
            let before = try await StateOfThings.rows(served.url)
            let position = try await served.system.store.head().size

            for endpoint in served.endpoints where !Self.open.contains(endpoint.name) {
                for token in [nil, "dbk_nonsense", "a.b.c"] {
                    let answer = try await served.send(endpoint.request, token: token)
                    #expect(answer.status == 401, "\(endpoint.name) with \(token ?? "no token"): \(answer)")
                    #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true, "\(endpoint.name)")
                }
            }
            for endpoint in guarded {
                let permission = try #require(endpoint.access.permission)
                for token in [nobody, try #require(others[permission])] {
                    let answer = try await served.send(endpoint.request, token: token)
                    #expect(answer.status == 403, "\(endpoint.name): \(answer)")
                    #expect(answer.problem == "permission-missing", "\(endpoint.name): \(answer)")
                    #expect(answer.json?["permission"]?.string == permission, "\(endpoint.name): \(answer)")
                }
            }
            for type in events {
                let permission = Self.permission(toSend: type)
                let request = Sending.event(type, EventExample.data(of: type, branch: "north"))
                for token in [nobody, try #require(others[permission])] {
                    let answer = try await served.send(request, token: token)
                    #expect(answer.status == 403, "\(type): \(answer)")
                    #expect(answer.json?["permission"]?.string == permission, "\(type): \(answer)")
                }
            }
            try await Self.walkSessions(served, nobody)

            try await served.settle()
            #expect(try await StateOfThings.rows(served.url) == before)
            let left = try await StateOfThings.events(served.url, from: position).map(\.type)
            #expect(Set(left.filter { !Self.isRecordOfRefusal($0) }).isEmpty)

            // It is this permission that was missing: whoever holds it alone is not told so.
            for endpoint in guarded {
                let permission = try #require(endpoint.access.permission)
                let answer = try await served.send(endpoint.request, token: holders[permission])
                #expect(answer.status != 401, "\(endpoint.name): \(answer)")
                #expect(answer.json?["permission"]?.string != permission, "\(endpoint.name): \(answer)")
            }
        }
    }

    /// Every type of event takes a permission of its own.
    private static func permission(toSend type: String) -> String { "events.\(type):write" }

    /// A session that is not one's own is none.
    private static func walkSessions(_ served: Served, _ nobody: String) async throws {
        for endpoint in served.endpoints where endpoint.path.parameters.contains("sessionId") {
            let answer = try await served.send(endpoint.request, token: nobody)
            #expect(answer.status == 403 && answer.problem == "no-session", "\(endpoint.name): \(answer)")
        }
    }

    /// Whether whoever is granted the one is granted the other with it.
    private static func covers(_ one: String, _ other: String) -> Bool {
        guard let one = PermissionName(one), let other = PermissionName(other) else { return false }
        let isWithin = one.resource == other.resource || other.resource.hasPrefix(one.resource + ".")
        let order = ["read", "write", "manage"]
        guard isWithin else { return false }
        if one.action == other.action { return true }
        guard let rank = order.firstIndex(of: one.action), let needed = order.firstIndex(of: other.action) else {
            return false
        }
        return rank > needed
    }
}

extension Endpoint {
    /// The method and the path as they were declared.
    var name: String { "\(method.rawValue) \(path.text)" }

    /// A request with everything in its place.
    var request: Sending {
        var target = path.text
        for parameter in path.parameters {
            let value =
                switch parameter {
                case "position", "level": "0"
                case "a", "b", "c", "d": "000"
                case "permissionId": "rbac.roles:read"
                case "impliedPermissionId": "rbac.roles:list"
                case "roleId": "teacher"
                case "parentRoleId": "student"
                default: "nobody"
                }
            target = target.replacing("{\(parameter)}", with: value)
        }
        let query = operation.parameters.filter { $0.location == .query && $0.isRequired }.map { parameter in
            let value =
                switch parameter.name {
                case "permission": "rbac.roles:read"
                case "from" where path.text.hasSuffix("/consistency"): "1"
                case "to" where path.text.hasSuffix("/consistency"): "1"
                case "from", "since": "2026-01-01T00:00:00Z"
                case "resourceType": "user"
                default: "nobody"
                }
            return "\(parameter.name)=\(value)"
        }
        if !query.isEmpty { target += "?" + query.joined(separator: "&") }
        return Sending(method, target, operation.body == nil ? nil : Self.bodies[name] ?? "{}")
    }

    /// Bodies that are well-formed, so that what is refused is refused for the permission.
    private static let bodies: [String: String] = [
        "POST /access/v1/evaluation": #"""
        {"subject":{"type":"user","id":"nobody"},"action":{"name":"read"},"resource":{"type":"rbac.roles","id":"teacher"}}
        """#,
        "POST /access/v1/evaluations": #"""
        {"subject":{"type":"user","id":"nobody"},"action":{"name":"read"},"resource":{"type":"rbac.roles","id":"teacher"}}
        """#,
        "POST /access/v1/search/subject": #"""
        {"subject":{"type":"user"},"action":{"name":"read"},"resource":{"type":"rbac.roles","id":"teacher"}}
        """#,
        "POST /access/v1/search/resource": #"""
        {"subject":{"type":"user","id":"nobody"},"action":{"name":"read"},"resource":{"type":"rbac.roles"}}
        """#,
        "POST /access/v1/search/action": #"""
        {"subject":{"type":"user","id":"nobody"},"resource":{"type":"rbac.roles","id":"teacher"}}
        """#,
        "POST /logs/alerts": #"{"type":"odd","severity":"warning","message":"Odd."}"#,
        "POST /logs/alerts/silences": #"{"rule":"odd","until":"2026-01-01T00:00:00Z"}"#,
        "POST /logs/export": #"""
        {"startDate":"2026-01-01T00:00:00Z","endDate":"2026-01-02T00:00:00Z","format":"json"}
        """#,
        "POST /logs/level": #"{"level":"info"}"#,
        "POST /rbac/check": #"{"userId":"nobody","permission":"rbac.roles:read"}"#,
        "POST /rbac/users": #"{"userId":"walked"}"#,
        "POST /rbac/permissions": #"{"name":"walks.long:take"}"#,
        "PATCH /rbac/permissions/{permissionId}": #"{"description":"Walk."}"#,
        "POST /rbac/permissions/validate": #"{"permissions":["rbac.roles:read"]}"#,
        "POST /rbac/roles": #"{"name":"Walker"}"#,
        "PATCH /rbac/roles/{roleId}": #"{"name":"Walker"}"#,
        "PUT /rbac/separations/{separationId}": #"{"kind":"static","name":"Apart","roleIds":["student","teacher"]}"#,
        "PATCH /rbac/users/{userId}/roles/{roleId}": #"{"expiresAt":null}"#,
        "POST /backups/create": #"{"kind":"full"}"#,
        "POST /backups/prune": #"{"keep":{"last":100}}"#,
        "POST /backups/schedule": #"{"scheduleId":"walk","kind":"full","frequency":"monthly","day":1,"time":"00:00"}"#,
        "POST /backups/{backupId}/copy": #"{"repository":"elsewhere"}"#,
        "POST /exports/pdf": #"{"report":"students"}"#,
        "POST /exports/excel": #"{"report":"teachers"}"#,
        "POST /exports/csv": #"{"report":"people.students"}"#,
        "POST /exports/batch": #"{"exports":[{"report":"students","format":"csv"}]}"#,
        "POST /exports/schedule": #"""
        {"scheduleId":"walk","report":"students","format":"csv","frequency":"monthly","day":1,"time":"00:00"}
        """#,
        "POST /exports/{exportId}/mail": #"{"recipients":["head@school.example"]}"#,
        "POST /audit/searches": #"{"name":"Walks"}"#,
        "PUT /audit/searches/{searchId}": #"{"name":"Walks"}"#,
        "POST /recovery/preview": #"{"toPosition":0}"#,
        "POST /recovery/restore": #"{"previewToken":"nonsense","reason":"A walk."}"#,
    ]
}
