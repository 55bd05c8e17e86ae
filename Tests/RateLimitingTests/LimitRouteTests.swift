import Access
import EventStore
import Events
import Foundation
import HTTPAPI
import HTTPTypes
import JSON
import Monitoring
import RateLimiting
import TestSupport
import Testing

/// Limits over HTTP, through the whole server.
@Suite struct LimitRouteTests {
    @Test func everyAnswerTellsWhatIsLeft() async throws {
        try await Limited.open { it in
            let first = try await it.send(.get, "/rbac/roles")
            #expect(first.status == 200)
            let policies = try #require(StructuredList(first.headers[.rateLimitPolicy]))
            #expect(policies.items.map(\.value) == ["address", "actor"])
            #expect(policies["actor"] == ["q": 12_000, "w": 60, "daybook-burst": 2_000])
            let limits = try #require(StructuredList(first.headers[.rateLimit]))
            #expect(limits["actor"] == ["r": 1_999, "t": 1])
            #expect(limits["address"] == ["r": 5_999, "t": 1])

            // Errors tell it as well; what nobody is signed in for tells of the address alone.
            let unknown = try await it.send(.get, "/nowhere")
            #expect(unknown.status == 404)
            #expect(StructuredList(unknown.headers[.rateLimit])?.items.map(\.value) == ["address"])
            let forbidden = try await it.send(.get, "/rbac/roles", token: try await it.token(of: "nobody"))
            #expect(forbidden.status == 403)
            #expect(StructuredList(forbidden.headers[.rateLimit])?["actor"]?["r"] == 1_999)
            for probe in ["/livez", "/readyz"] {
                #expect(try await it.send(.get, probe).headers[.rateLimit] == nil, "\(probe)")
            }
        }
    }

    @Test func oneTooManyIs429AndSaysWhen() async throws {
        try await Limited.open { it in
            let set = try await it.send(.put, "/limits/actor", #"{"quota":60,"windowSeconds":3600,"burst":3}"#)
            #expect(set.status == 200, "\(set.text)")
            for _ in 0..<3 { #expect(try await it.send(.get, "/rbac/roles").status == 200) }
            let refused = try await it.send(.get, "/rbac/roles")
            #expect(refused.status == 429)
            #expect(refused.headers[.contentType]?.hasPrefix("application/problem+json") == true)
            let problem = try #require(refused.json)
            #expect(problem["type"]?.string == "https://iana.org/assignments/http-problem-types#quota-exceeded")
            #expect(problem["title"]?.string == "Request cannot be satisfied as assigned quota has been exceeded")
            #expect(problem["status"]?.int64 == 429)
            #expect(problem["violated-policies"]?.array?.compactMap(\.string) == ["actor"])
            let after = try #require(refused.headers[.retryAfter].flatMap { Int64($0) })
            #expect((55...60).contains(after))
            let limits = try #require(StructuredList(refused.headers[.rateLimit]))
            #expect(limits.items.map(\.value) == ["actor"])
            #expect(limits["actor"]?["r"] == 0)
            // Retry-After is not to be earlier than the field's own word.
            #expect(try #require(limits["actor"]?["t"]) <= after)
            #expect(StructuredList(refused.headers[.rateLimitPolicy])?["actor"]?["q"] == 60)

            // The limits themselves can still be mended, and then the others go on.
            #expect(try await it.send(.get, "/limits").status == 200)
            #expect(try await it.send(.delete, "/limits/actor").status == 200)
            #expect(try await it.send(.delete, "/limits/actor").status == 404)
            #expect(try await it.send(.get, "/rbac/roles").status == 200)
        }
    }

    @Test func refusalsAreRecordedAsRequestsAndCounted() async throws {
        try await Limited.open { it in
            let token = try await it.token(of: "ada")
            _ = try await it.send(.put, "/limits/actor", #"{"quota":1,"windowSeconds":3600}"#)
            _ = try await it.send(.get, "/rbac/permissions", token: token)
            for _ in 0..<4 { #expect(try await it.send(.get, "/rbac/permissions", token: token).status == 429) }
            let log = try await it.send(.get, "/limits/status")
            #expect(log.json?["denied"]?["actor"]?.int64 == 4)
            #expect(log.json?["limited"]?.array?.first?["actor"]?.string == "ada")
            #expect(log.json?["enforced"]?.bool == true)
            #expect(log.json?["counting"]?.string == "local")
            _ = try await it.send(.delete, "/limits/actor")
            let requests = try await it.send(.get, "/logs/requests?status=429&actor=ada")
            #expect(requests.json?["items"]?.array?.count == 4)
            #expect(requests.json?["items"]?.array?.first?["route"]?.string == "/rbac/permissions")
            let metrics = try await it.send(.get, "/metrics")
            #expect(metrics.text.contains(#"daybook_rate_limit_denied_total{policy="actor"}"#))
        }
    }

    @Test(arguments: [
        (#"{"quota":0,"windowSeconds":60}"#, "/quota"), (#"{"quota":1,"windowSeconds":86401}"#, "/windowSeconds"),
        (#"{"quota":10,"windowSeconds":60,"burst":11}"#, "/burst"), (#"{"quota":10}"#, "/windowSeconds"),
        (#"{"quota":10,"windowSeconds":60,"partition":["everybody"]}"#, "/partition"),
        (#"{"quota":10,"windowSeconds":60,"routeClass":"probe","partition":["actor"]}"#, "/routeClass"),
        (#"{"quota":10,"windowSeconds":60,"odd":1}"#, "/odd"),
    ])
    func whatLocksEverybodyOutIsRefusedWithItsPlace(body: String, pointer: String) async throws {
        try await Limited.open { it in
            let answer = try await it.send(.put, "/limits/extra", body)
            #expect(answer.status == 422, "\(answer.text)")
            #expect(
                answer.json?["errors"]?.array?.contains { $0["pointer"]?.string == pointer } == true,
                "\(answer.text)"
            )
            #expect(try await it.system.store.reader.stream("limits").isEmpty)
        }
    }

    @Test func theFloorOfLimitsIsKept() async throws {
        try await Limited.open { it in
            let low = try await it.send(.put, "/limits/limits", #"{"quota":1,"windowSeconds":60}"#)
            #expect(low.status == 422)
            #expect(low.json?["errors"]?.array?.first?["pointer"]?.string == "/quota")
            #expect(try await it.send(.put, "/limits/NAME", #"{"quota":1,"windowSeconds":60}"#).status == 400)
            // Even one request a day from everywhere leaves limits to be mended.
            for name in ["address", "actor"] {
                let answer = try await it.send(.put, "/limits/\(name)", #"{"quota":1,"windowSeconds":86400}"#)
                #expect(answer.status == 200, "\(answer.text)")
            }
            _ = try await it.send(.get, "/rbac/roles")
            #expect(try await it.send(.get, "/rbac/roles").status == 429)
            #expect(try await it.send(.delete, "/limits/address").status == 200)
            #expect(try await it.send(.delete, "/limits/actor").status == 200)
            #expect(try await it.send(.get, "/rbac/roles").status == 200)
        }
    }

    @Test func limitsCanBeSeenAsTheyWere() async throws {
        try await Limited.open { it in
            let before = try await it.system.store.head().size - 1
            _ = try await it.send(
                .put,
                "/limits/night",
                #"{"quota":100,"windowSeconds":60,"burst":10,"partition":["address","route-class"],"reason":"Quiet"}"#
            )
            let now = try await it.send(.get, "/limits")
            let night = now.json?["items"]?.array?.first { $0["name"]?.string == "night" }
            #expect(night?["partition"]?.array?.compactMap(\.string) == ["address", "route-class"])
            #expect(night?["isDefault"]?.bool == false)
            let then = try await it.send(.get, "/limits?asOf=\(before)")
            #expect(then.json?["items"]?.array?.count == RateLimitPolicy.builtIn.count)
            #expect(try await it.send(.get, "/limits?asOf=99999999").status == 400)
            let event = try #require(try await it.system.store.reader.stream("limits").first)
            #expect(event.header.actor == FirstStart.administrator)
            #expect(try event.decode(Limits.PolicySet.self).reason == "Quiet")
        }
    }

    @Test func whoMayNotDoesNot() async throws {
        try await Limited.open { it in
            let token = try await it.token(of: "nobody")
            for (method, path, body) in [
                (.get, "/limits", nil), (.get, "/limits/status", nil),
                (.put, "/limits/actor", #"{"quota":1,"windowSeconds":60}"#), (.delete, "/limits/actor", nil),
            ] as [(HTTPRequest.Method, String, String?)] {
                #expect(try await it.send(method, path, body, token: token).status == 403, "\(method) \(path)")
            }
        }
    }

    @Test func anotherReplicaFollows() async throws {
        try await Limited.open { one in
            try await Limited.open(replicaOf: one) { other in
                _ = try await one.send(.put, "/limits/actor", #"{"quota":1,"windowSeconds":3600}"#)
                #expect(try await eventually(within: .seconds(20)) { other.changes["actor"]?.quota == 1 })
                #expect(try await other.send(.get, "/rbac/roles", token: one.token).status == 200)
                #expect(try await other.send(.get, "/rbac/roles", token: one.token).status == 429)
                _ = try await one.send(.delete, "/limits/actor")
                #expect(try await eventually(within: .seconds(20)) { other.changes["actor"] == nil })
                #expect(try await other.send(.get, "/rbac/roles", token: one.token).status == 200)
            }
            // And one that starts later begins with what holds.
            _ = try await one.send(.put, "/limits/writes", #"{"quota":7,"windowSeconds":60}"#)
            try await Limited.open(replicaOf: one) { later in #expect(later.changes["writes"]?.quota == 7) }
        }
    }

    @Test func bruteForceIsStoppedAndOthersGoOn() async throws {
        try await Limited.open { it in
            let ada = try await it.token(of: "ada")
            #expect(try await it.send(.get, "/rbac/permissions", token: ada, from: "198.51.100.1").status == 403)
            var statuses: [Int] = []
            for index in 0..<60 {
                let guess = "dbk_0000000000000000000000000000\(1000 + index)_" + String(repeating: "A", count: 43)
                statuses.append(try await it.send(.get, "/rbac/roles", token: guess, from: "203.0.113.5").status)
            }
            #expect(Set(statuses) == [401, 429])
            #expect(statuses.filter { $0 == 401 }.count <= 32)
            // Right or wrong, from there it is the same answer.
            let right = try await it.send(.get, "/rbac/roles", from: "203.0.113.5")
            let wrong = try await it.send(.get, "/rbac/roles", token: "dbk_x_y", from: "203.0.113.5")
            #expect(right.status == 429 && wrong.status == 429)
            #expect(right.json?["violated-policies"]?.array?.compactMap(\.string) == ["sign-in-address"])
            #expect(right.headers[.wwwAuthenticate] == nil)
            // Somebody from elsewhere, signed in before or not, goes on.
            #expect(try await it.send(.get, "/rbac/permissions", token: ada, from: "198.51.100.1").status == 403)
            #expect(try await it.send(.get, "/rbac/roles", from: "198.51.100.2").status == 200)
        }
    }

    @Test func whoSendsNoTokenIsLimitedByAddressOnEveryRouteThatWantsOne() async throws {
        try await Limited.open { it in
            let set = try await it.send(
                .put,
                "/limits/limits-address",
                #"{"quota":300,"windowSeconds":60,"burst":100}"#,
                from: "198.51.100.1"
            )
            #expect(set.status == 200, "\(set.text)")
            _ = try await it.send(
                .put,
                "/limits/address",
                #"{"quota":60,"windowSeconds":3600,"burst":5}"#,
                from: "198.51.100.1"
            )
            // The administrator is behind the same address.
            #expect(try await it.send(.get, "/limits", from: "203.0.113.5").status == 200)
            for path in ["/limits", "/limits/status", "/metrics"] {
                var statuses: [Int] = []
                while statuses.last != 429, statuses.count < 150 {
                    statuses.append(try await it.send(.get, path, from: "203.0.113.5", anonymously: true).status)
                }
                #expect(statuses.last == 429, "\(path)")
                #expect(statuses.dropLast().allSatisfy { $0 == 401 })
            }
            #expect(try await it.send(.get, "/limits", from: "203.0.113.5").status == 200)
            #expect(try await it.send(.delete, "/limits/address", from: "203.0.113.5").status == 200)
            for probe in ["/livez", "/readyz"] {
                #expect(try await it.send(.get, probe, from: "203.0.113.5", anonymously: true).status == 200)
            }
        }
    }

    @Test func anAdministratorIsNotLockedOutByFailuresInTheirName() async throws {
        try await Limited.open { it in
            let parts = it.token.split(separator: "_", maxSplits: 2).map(String.init)
            let guess = "\(parts[0])_\(parts[1])_" + String(repeating: "A", count: 43)
            var statuses: [Int] = []
            for index in 0..<25 {
                statuses.append(try await it.send(.get, "/limits", token: guess, from: "203.0.113.\(index)").status)
            }
            // Guesses are bounded from wherever they come.
            #expect(statuses.prefix(20).allSatisfy { $0 == 401 } && statuses.suffix(4).allSatisfy { $0 == 429 })
            let refused = try await it.send(.get, "/limits", token: guess, from: "203.0.113.99")
            #expect(refused.json?["violated-policies"]?.array?.compactMap(\.string) == ["sign-in-subject"])
            #expect(refused.headers[.retryAfter] != nil)
            // The token itself is good from anywhere, also for the first time.
            for path in ["/limits", "/rbac/roles"] {
                #expect(try await it.send(.get, path, from: "198.51.100.7").status == 200)
            }
        }
    }

    @Test func aLogThatWasCutAndGrewAgainIsNoticed() async throws {
        try await Limited.open { it in
            _ = try await it.send(.put, "/limits/actor", #"{"quota":70,"windowSeconds":3600,"burst":3}"#)
            let limits = it.server.limits
            try await limits.catchUp()
            #expect(it.changes["actor"]?.quota == 70)
            // What this server believes is of another log.
            limits.limiter.use(PolicySet())
            try await limits.catchUp()
            #expect(it.changes.isEmpty)
            try await it.system.pool.withTransaction { connection in
                try await connection.script("reset role; set local session_replication_role = replica")
                // The server appends events of its own meanwhile: whichever it read last is another one now.
                try await connection.execute("update log.events set leaf = decode(repeat('ab', 32), 'hex')")
            }
            try await limits.catchUp()
            #expect(it.changes["actor"]?.quota == 70)
        }
    }

    @Test func whoIsNotBelievedCannotChangeTheirAddress() async throws {
        try await Limited.open(environment: ["DAYBOOK_TRUSTED_PROXIES": "10.0.0.0/8"]) { it in
            _ = try await it.send(.put, "/limits/address", #"{"quota":60,"windowSeconds":3600,"burst":5}"#)
            var statuses: [Int] = []
            for index in 0..<8 {
                statuses.append(try await it.send(.get, "/rbac/roles", from: "203.0.113.\(index)").status)
            }
            #expect(statuses == [200, 200, 200, 200, 200, 429, 429, 429])
        }
    }

    @Test func switchedOffNothingIsLimited() async throws {
        try await Limited.open(environment: ["DAYBOOK_RATE_LIMITS": "off"]) { it in
            _ = try await it.send(.put, "/limits/actor", #"{"quota":1,"windowSeconds":3600}"#)
            for _ in 0..<4 {
                let answer = try await it.send(.get, "/rbac/roles")
                #expect(answer.status == 200)
                #expect(answer.headers[.rateLimit] == nil)
            }
            #expect(try await it.send(.get, "/limits/status").json?["enforced"]?.bool == false)
        }
    }
}

extension Limited {
    /// What was set, as far as this replica knows.
    var changes: [String: RateLimitPolicy] { server.limits.limiter.policies.changes }
}
