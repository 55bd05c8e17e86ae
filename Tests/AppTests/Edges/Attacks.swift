import Foundation
import HTTPTypes
import Institution
import JSON

@testable import HTTPAPI

/// Requests that name what belongs to the other branch, wherever an endpoint takes a name.
struct Attacks {
    let branches: TwoBranches
    private let own = TwoBranches.own
    private let other = TwoBranches.other

    /// What stands at a place of a path: of one's own, of the other branch, and of nobody.
    private func values(_ parameter: String, _ endpoint: Endpoint) -> (own: [String], other: [String]) {
        switch parameter {
        case "roleId":
            return (["\(own)-role-teacher"], ["\(other)-role-teacher", "\(other)-role-template", "\(other)-role-copy"])
        case "parentRoleId": return (["\(own)-role-clerk"], ["\(other)-role-clerk"])
        case "userId": return (["\(own)-user"], ["\(other)-user", "both"])
        case "notificationId": return (["\(own)-notification"], ["\(other)-notification"])
        case "sessionId": return (["\(own)-session"], ["\(other)-session"])
        case "separationId": return (["\(own)-separation"], ["\(other)-separation"])
        case "permissionId": return (["institution.grades:read"], [])
        case "impliedPermissionId": return (["institution.fees:read"], [])
        case "alertId": return (["none"], ["\(other)-alert"])
        case "resourceType": return (["user"], ["role", "student", "fee", "session", "token", "\(other)-resource"])
        case "resourceId":
            return (
                ["\(own)-user"],
                ["user", "role-teacher", "student", "fee", "session", "thing"].map { "\(other)-\($0)" }
            )
        case "position": return (["0"], branches.otherPositions.map(String.init))
        case "level": return (["0"], [])
        case "a", "b", "c", "d": return (["000"], [])
        case "id":
            let name = endpoint.path.text.split(separator: "/")[1]
            return (
                [branches.ownThings[String(name)]].compactMap { $0 },
                [branches.otherThings[String(name)]].compactMap { $0 }
            )
        default: return ([], [])
        }
    }

    /// What a query parameter may name of the other branch.
    private func otherValues(query name: String) -> [String] {
        switch name {
        case "branchId", "branch", "fromBranchId": [TwoBranches.otherBranch]
        case "userId", "actor", "subject", "createdBy", "requester": ["\(other)-user", "both"]
        case "resourceType": ["role", "student", "fee", "user", "session"]
        case "resource": ["\(other)-resource", "role"]
        case "resourceId":
            ["user", "role-teacher", "student", "fee", "session", "thing"].map { "\(other)-\($0)" }
        case "permission": ["institution.grades:read"]
        case "text": ["\(other)", "\(other)-description", "\"\(other)-name\""]
        case "type": ["institution.student-created"]
        case _ where name.hasSuffix("Id"): ["\(other)-\(name.dropLast(2))"]
        default: []
        }
    }

    private func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "-._~,:")))
            ?? text
    }

    /// Everything in place, of one's own.
    private func path(_ endpoint: Endpoint, _ chosen: [String: String] = [:]) -> String {
        endpoint.path.parameters.reduce(endpoint.path.text) { target, parameter in
            let value = chosen[parameter] ?? values(parameter, endpoint).own.first ?? "none"
            return target.replacing("{\(parameter)}", with: encoded(value))
        }
    }

    private func query(_ endpoint: Endpoint, _ chosen: [String: String]) -> String {
        var items = chosen
        for parameter in endpoint.operation.parameters where parameter.location == .query && parameter.isRequired {
            guard items[parameter.name] == nil else { continue }
            items[parameter.name] =
                switch parameter.name {
                case "from" where endpoint.path.text == "/log/consistency": "1"
                case "from", "since": "2020-01-01T00:00:00Z"
                case "permission": "institution.grades:read"
                case "resourceType": "user"
                default: "\(own)-user"
                }
        }
        let texts = items.sorted { $0.key < $1.key }.map { "\($0.key)=\(encoded($0.value))" }
        return texts.isEmpty ? "" : "?" + texts.joined(separator: "&")
    }

    /// A request as it should be, with nothing of the other branch.
    func plain(_ endpoint: Endpoint, _ chosen: [String: String] = [:]) -> Sending {
        let body = endpoint.operation.body == nil ? nil : bodies[endpoint.name]?.first ?? "{}"
        return Sending(endpoint.method, path(endpoint) + query(endpoint, chosen), body)
    }

    /// All that are made of an endpoint.
    func all(of endpoint: Endpoint) -> [Sending] {
        var paths: [[String: String]] = [[:]]
        for parameter in endpoint.path.parameters {
            for value in values(parameter, endpoint).other {
                paths.append([parameter: value])
                // With everything else of the other branch, too.
                var together = [parameter: value]
                for another in endpoint.path.parameters where another != parameter {
                    together[another] = values(another, endpoint).other.first
                }
                if together.count > 1 { paths.append(together) }
            }
        }
        var queries: [[String: String]] = [[:]]
        let names = endpoint.operation.parameters.filter { $0.location == .query }.map(\.name)
        for name in names {
            for value in otherValues(query: name) {
                queries.append([name: value])
                if name != "branchId", names.contains("branchId") {
                    queries.append([name: value, "branchId": TwoBranches.ownBranch])
                    queries.append([name: value, "branchId": TwoBranches.otherBranch])
                }
                if name == "resourceType" {
                    for id in otherValues(query: "resourceId") { queries.append([name: value, "resourceId": id]) }
                }
            }
        }
        let bodies: [String?] = endpoint.operation.body == nil ? [nil] : self.bodies[endpoint.name] ?? ["{}"]
        var sendings: [Sending] = []
        for chosen in paths {
            for items in queries where chosen.isEmpty || items.count < 2 {
                for body in bodies {
                    sendings.append(Sending(endpoint.method, path(endpoint, chosen) + query(endpoint, items), body))
                }
            }
        }
        if endpoint.method == .get {
            for format in ["text/csv", "application/x-ndjson"] {
                guard endpoint.mediaTypes.contains(where: { $0.name == format }) else { continue }
                for items in queries {
                    let target = path(endpoint) + query(endpoint, items)
                    sendings.append(Sending(.get, target, headers: ["Accept": format]))
                }
            }
        }
        // In somebody else's session.
        var foreign = plain(endpoint)
        foreign.headers["Daybook-Session"] = "\(other)-session"
        sendings.append(foreign)
        return sendings
    }

    /// Bodies, of which the first names nothing of the other branch.
    private var bodies: [String: [String]] {
        let zuid = TwoBranches.otherBranch
        let noord = TwoBranches.ownBranch
        func authZEN(_ path: String, _ texts: [String]) -> (String, [String]) { ("POST /access/v1/\(path)", texts) }
        func question(_ user: String, _ branch: String, type: String = "institution.grades") -> String {
            #""subject":{"type":"user","id":"\#(user)"},"action":{"name":"read"},"#
                + #""resource":{"type":"\#(type)","id":"\#(other)-grade","properties":{"branchId":"\#(branch)"}}"#
        }
        var bodies = Dictionary(uniqueKeysWithValues: [
            authZEN(
                "evaluation",
                [
                    "{\(question("\(own)-user", noord))}", "{\(question("\(other)-user", zuid))}",
                    "{\(question("\(other)-user", noord))}", "{\(question("both", zuid))}",
                    #"{"subject":{"type":"user","id":"both"},"action":{"name":"read"},"resource":{"type":"branch","id":"\#(zuid)"}}"#,
                ]
            ),
            authZEN(
                "evaluations",
                [
                    "{\(question("\(own)-user", noord))}",
                    #"{"evaluations":[{\#(question("both", noord))},{\#(question("\(other)-user", zuid))}]}"#,
                ]
            ),
            authZEN(
                "search/subject",
                [noord, zuid].map { branch in
                    #"{"subject":{"type":"user"},"action":{"name":"read"},"#
                        + #""resource":{"type":"institution.grades","id":"x","properties":{"branchId":"\#(branch)"}}}"#
                } + [
                    #"{"subject":{"type":"user"},"action":{"name":"institution.fees:read"},"resource":{"type":"branch","id":"\#(zuid)"}}"#
                ]
            ),
            authZEN(
                "search/resource",
                ["\(own)-user", "\(other)-user", "both", "admin"].flatMap { user in
                    ["branch", "rbac.roles", "rbac.permissions", "institution.fees", "institution.grades"].flatMap {
                        type in
                        [nil, noord, zuid].map { branch in
                            let place = branch.map { #","properties":{"branchId":"\#($0)"}"# } ?? ""
                            let action = type == "branch" ? "institution.fees:read" : "read"
                            return #"{"subject":{"type":"user","id":"\#(user)"},"action":{"name":"\#(action)"},"#
                                + #""resource":{"type":"\#(type)"\#(place)}}"#
                        }
                    }
                }
            ),
            authZEN(
                "search/action",
                ["\(own)-user", "\(other)-user", "both"].flatMap { user in
                    [noord, zuid].map { branch in
                        #"{"subject":{"type":"user","id":"\#(user)"},"#
                            + #""resource":{"type":"branch","id":"\#(branch)"}}"#
                    }
                }
            ),
        ])
        bodies["POST /rbac/check"] = [
            #"{"userId":"\#(own)-user","permission":"institution.grades:read","branchId":"\#(noord)"}"#,
            #"{"userId":"\#(other)-user","permission":"institution.grades:read","branchId":"\#(zuid)"}"#,
            #"{"userId":"\#(other)-user","permission":"institution.grades:read"}"#,
            #"{"userId":"\#(other)-user","permission":"institution.grades:read","branchId":"\#(noord)","sessionId":"\#(other)-session"}"#,
            #"{"checks":[{"userId":"both","permission":"institution.fees:read","branchId":"\#(noord)"},{"userId":"both","permission":"institution.fees:read","branchId":"\#(zuid)"}]}"#,
        ]
        bodies["POST /notifications/send"] = [
            #"{"userId":"\#(own)-user","branchId":"\#(noord)","title":"T","message":""}"#,
            #"{"userId":"\#(other)-user","branchId":"\#(noord)","title":"T","message":""}"#,
            #"{"userId":"\#(other)-user","branchId":"\#(zuid)","title":"T","message":""}"#,
            #"{"userId":"\#(other)-user","title":"T","message":""}"#,
        ]
        bodies["POST /notifications/broadcast"] = [
            #"{"branchId":"\#(zuid)","title":"T","message":""}"#,
            #"{"roleId":"\#(other)-role-teacher","branchId":"\#(noord)","title":"T","message":""}"#,
            #"{"roleId":"\#(other)-role-teacher","title":"T","message":""}"#,
        ]
        bodies["POST /notifications/mark"] = [
            #"{"change":"read","notificationIds":["\#(other)-notification"]}"#
        ]
        bodies["POST /notifications/received"] = [
            #"{"channel":"in-app","notificationIds":["\#(other)-notification"]}"#
        ]
        bodies["POST /rbac/permissions/validate"] = [#"{"permissions":["institution.grades:read"]}"#]
        bodies["POST /rbac/permissions"] = [#"{"name":"\#(own).things:take"}"#]
        bodies["PATCH /rbac/permissions/{permissionId}"] = [#"{"description":"Mine."}"#]
        bodies["POST /rbac/roles"] = [
            #"{"branchId":"\#(noord)","name":"\#(own)-new"}"#,
            #"{"branchId":"\#(zuid)","name":"\#(own)-new"}"#, #"{"name":"\#(own)-new"}"#,
            #"{"branchId":"\#(noord)","name":"\#(own)-new-2","parentRoleId":"\#(other)-role-clerk"}"#,
            #"{"branchId":"\#(noord)","name":"\#(own)-new-3","templateRoleId":"\#(other)-role-template"}"#,
            #"{"branchId":"\#(noord)","name":"\#(other)-role-teacher-name"}"#,
            #"{"branchId":"\#(noord)","name":"\#(own)-new-4","roleId":"\#(other)-role-teacher"}"#,
        ]
        bodies["PATCH /rbac/roles/{roleId}"] = [
            #"{"description":"Mine."}"#, #"{"parentRoleIds":["\#(other)-role-clerk"]}"#,
            #"{"name":"\#(own)-role-teacher-name"}"#,
        ]
        bodies["PUT /rbac/roles/{roleId}/requirements"] = [
            "{}", #"{"prerequisiteRoleIds":["\#(other)-role-clerk"]}"#,
        ]
        bodies["PUT /rbac/separations/{separationId}"] = [
            #"{"kind":"static","name":"Mine","roleIds":["\#(own)-role-copy","\#(own)-role-template"]}"#,
            #"{"kind":"static","name":"Mine","roleIds":["\#(own)-role-copy","\#(other)-role-teacher"]}"#,
        ]
        bodies["POST /rbac/sessions"] = [
            #"{"roleIds":[]}"#, #"{"roleIds":["\#(other)-role-teacher"]}"#,
        ]
        bodies["POST /rbac/users/{userId}/roles/{roleId}"] = [
            #"{"branchId":"\#(noord)","expiresAt":"2999-01-01T00:00:00Z"}"#, #"{"branchId":"\#(zuid)"}"#, "{}",
        ]
        bodies["PATCH /rbac/users/{userId}/roles/{roleId}"] = [
            #"{"branchId":"\#(noord)","expiresAt":null}"#, #"{"branchId":"\#(zuid)","expiresAt":null}"#,
            #"{"expiresAt":null}"#,
        ]
        bodies["POST /logs/export"] = [
            #"{"startDate":"2020-01-01T00:00:00Z","endDate":"2999-01-01T00:00:00Z","format":"json"}"#
        ]
        bodies["POST /logs/alerts"] = [#"{"type":"odd","severity":"warning","message":"Odd."}"#]
        bodies["POST /logs/alerts/silences"] = [#"{"rule":"odd","until":"2026-01-01T00:00:00Z"}"#]
        bodies["POST /logs/level"] = [#"{"level":"info"}"#]
        bodies["POST /backups/create"] = [#"{"kind":"full"}"#]
        bodies["POST /backups/prune"] = [#"{"keep":{"last":100}}"#]
        bodies["POST /backups/schedule"] = [
            #"{"scheduleId":"walk","kind":"full","frequency":"monthly","day":1,"time":"00:00"}"#
        ]
        bodies["POST /backups/{backupId}/copy"] = [#"{"repository":"elsewhere"}"#]
        bodies["POST /exports/pdf"] = [#"{"report":"students"}"#, #"{"report":"students","branchId":"\#(zuid)"}"#]
        bodies["POST /exports/excel"] = [#"{"report":"teachers","branchId":"\#(zuid)"}"#]
        bodies["POST /exports/csv"] = [
            #"{"report":"people.students"}"#, #"{"report":"audit-history","branchId":"\#(zuid)"}"#,
        ]
        bodies["POST /exports/batch"] = [
            #"{"exports":[{"report":"students","format":"csv","branchId":"\#(zuid)"}]}"#
        ]
        bodies["POST /exports/schedule"] = [
            #"""
            {"scheduleId":"walk","report":"students","format":"csv","branchId":"\#(zuid)","frequency":"daily","time":"00:00"}
            """#
        ]
        bodies["POST /exports/{exportId}/mail"] = [#"{"recipients":["head@school.example"]}"#]
        bodies["POST /recovery/preview"] = [#"{"toPosition":5}"#]
        bodies["POST /recovery/restore"] = [#"{"previewToken":"nonsense","reason":"A walk."}"#]
        return bodies
    }
}
