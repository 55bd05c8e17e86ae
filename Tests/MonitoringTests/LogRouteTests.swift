import Events
import Foundation
import JSON
import Logging
import Postgres
import TestSupport
import Testing
import Time

@testable import Monitoring

/// The routes of logging and monitoring, through a running server.
@Suite struct LogRouteTests {
    @Test func entriesAreReadByLevelNewestFirstAndPageByPage() async throws {
        try await Watched.open { watched in
            let logger = Logger(label: "test", factory: { DaybookLogHandler(label: $0, watched.logs) })
            for index in 0..<7 { logger.error("error \(index)") }
            logger.warning("a warning", metadata: ["traceId": "4bf92f3577b34da6a3ce929d0e0e4736"])
            let errors = try await watched.send("GET", "/logs?level=error&limit=5")
            #expect(errors.items.map { $0["message"]?.string } == (2..<7).reversed().map { "error \($0)" })
            let next = try #require(errors.json["next"]?.string)
            let rest = try await watched.send("GET", "/logs?level=error&limit=5&cursor=\(next)")
            #expect(rest.items.map { $0["message"]?.string } == ["error 1", "error 0"])
            #expect(rest.json["next"] == nil)
            let grave = try await watched.send("GET", "/logs?minLevel=warning&limit=1")
            #expect(grave.items.first?["message"]?.string == "a warning")
            let traced = try await watched.send("GET", "/logs?traceId=4bf92f3577b34da6a3ce929d0e0e4736")
            #expect(traced.items.count == 1)
            for bad in ["/logs?level=loud", "/logs?limit=0", "/logs?cursor=x", "/logs?nothing=1", "/logs?from=now"] {
                #expect(try await watched.send("GET", bad).status == 400, "\(bad)")
            }
        }
    }

    @Test func theLevelIsChangedByARequestThatIsRecordedAndFollowedByOthers() async throws {
        try await Watched.open { watched in
            await watched.monitoring.look()
            let change = try await watched.send("POST", "/logs/level", body: #"{"level":"debug","reason":"a hunt"}"#)
            #expect(change.status == 200 && change.json["output"]?.string == "debug")
            let recorded = try await watched.system.store.reader.events(from: 0, types: [Logs.LevelChanged.type])
            #expect(recorded.map(\.header.actor) == ["admin"])
            // As by another server.
            watched.logs.levels.output = .info
            await watched.monitoring.look()
            #expect(watched.logs.levels.output == .debug)
            #expect(try await watched.send("POST", "/logs/level", body: #"{"level":"loud"}"#).status == 422)
            #expect(try await watched.send("POST", "/logs/level", body: #"{}"#).status == 422)
        }
    }

    @Test func aPollThatMayWaitIsNotAmongTheRequestsThatCouldBeSlow() async throws {
        try await Watched.open { watched in
            let requests = watched.monitoring.requests
            await requests.digest()
            _ = requests.recent.take()
            let poll = try await watched.send("GET", "/notifications/poll?after=0&wait=0")
            let roles = try await watched.send("GET", "/rbac/roles")
            #expect(poll.status == 200 && roles.status == 200)
            await requests.digest()
            let window = requests.recent.take()
            #expect(window.requests == 2)
            #expect(window.lasting == 1)
        }
    }

    @Test func requestsAreReadByWhatTheyWere() async throws {
        try await Watched.open { watched in
            let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
            let headers = ["traceparent: 00-\(trace)-00f067aa0ba902b7-01"]
            let answer = try await watched.send("GET", "/rbac/roles/admin", headers: headers)
            #expect(answer.headers.contains("traceparent: 00-\(trace)-"))
            #expect(!answer.headers.contains("00f067aa0ba902b7"))
            _ = try await watched.send("GET", "/rbac/roles/nobody")
            _ = try await watched.send("GET", "/rbac/roles", token: "dbk_wrong")
            let all = try await watched.send("GET", "/logs/requests")
            #expect(all.items.count == 3)
            #expect(all.items.map { $0["status"]?.int64 } == [401, 404, 200])
            #expect(all.items.map { $0["actor"]?.string } == ["anonymous", "admin", "admin"])
            let traced = try await watched.send("GET", "/logs/requests?traceId=\(trace)")
            #expect(traced.items.map { $0["route"]?.string } == ["/rbac/roles/{roleId}"])
            // It leads to the one batch that has it, and to no other.
            let pool = watched.system.pool
            let led = try await pool.query(
                "select position from logs.request_batches where trace_hashes @> array[hashtext(\(trace))]"
            ).map { try $0.decode(Int64.self) }
            let holder = try #require(traced.items.first?["position"]?.int64)
            #expect(led == [holder])
            let batches = try await pool.query("select position from logs.request_batches")
            #expect(batches.count > 1)
            let failed = try await watched.send("GET", "/logs/requests?minStatus=400&route=/rbac/roles")
            #expect(failed.items.map { $0["status"]?.int64 } == [401])
            #expect(try await watched.send("GET", "/logs/requests?actor=nobody").items.isEmpty)
            #expect(try await watched.send("GET", "/logs/requests?minDurationMs=60000").items.isEmpty)
            let page = try await watched.send("GET", "/logs/requests?limit=1&minStatus=400")
            let next = try #require(page.json["next"]?.string)
            let rest = try await watched.send("GET", "/logs/requests?limit=1&minStatus=400&cursor=\(next)")
            #expect((page.items + rest.items).map { $0["status"]?.int64 } == [401, 404])
            #expect(try await watched.send("GET", "/logs/requests?status=500&minStatus=400").status == 400)
            // Whoever looks is recorded.
            let looked = try await watched.system.store.reader.events(from: 0, types: [Audit.HistoryQueried.type])
            let filters = try looked.map { try $0.decode(Audit.HistoryQueried.self).filter }
            #expect(filters.contains { $0["minDurationMs"]?.int64 == 60_000 })
            #expect(filters.contains { $0["list"]?.string == "requests" && $0["route"]?.string == "/rbac/roles" })
        }
    }

    @Test func metricsAreThoseOfAllRequestsByRoute() async throws {
        try await Watched.open { watched in
            for _ in 0..<4 { _ = try await watched.send("GET", "/rbac/roles/admin") }
            _ = try await watched.send("GET", "/rbac/roles/nobody")
            let answer = try await watched.send("GET", "/logs/api-metrics")
            #expect(answer.json["requests"]?.int64 == 5)
            #expect(answer.json["clientErrors"]?.int64 == 1)
            let route = try #require(
                answer.json["routes"]?.array?.first { $0["route"]?.string == "/rbac/roles/{roleId}" }
            )
            #expect(route["requests"]?.int64 == 5)
            #expect((route["p50Microseconds"]?.int64 ?? 0) > 0)
            #expect((route["p99Microseconds"]?.int64 ?? 0) >= (route["p50Microseconds"]?.int64 ?? 0))
            let before = try await watched.send(
                "GET",
                "/logs/api-metrics?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z"
            )
            #expect(before.json["requests"]?.int64 == 0 && before.json["routes"]?.array?.isEmpty == true)
            let long = "/logs/api-metrics?from=2020-01-01T00:00:00Z&to=2020-03-01T00:00:00Z"
            #expect(try await watched.send("GET", long).status == 400)
            #expect(
                try await watched.send("GET", "/logs/api-metrics?to=2020-01-01T00:00:00Z&from=2021-01-01T00:00:00Z")
                    .status == 400
            )
        }
    }

    @Test func healthIsAnsweredNowAndKept() async throws {
        try await Watched.open { watched in
            let answer = try await watched.send("GET", "/logs/health-check")
            let checks = answer.json["checks"]?.array ?? []
            let parts = ["database", "server", "memory", "disk", "projections", "log", "verification"]
            #expect(checks.map { $0["checkType"]?.string } == parts)
            #expect(checks.first?["status"]?.string == "healthy")
            await watched.monitoring.look()
            let kept = try await watched.send("GET", "/logs/health-checks?limit=50")
            #expect(Set(kept.items.compactMap { $0["checkType"]?.string }) == Set(parts))
            let count = kept.items.count
            await watched.monitoring.look()
            #expect(try await watched.send("GET", "/logs/health-checks?limit=50").items.count == count)
            let disks = try await watched.send("GET", "/logs/health-checks?checkType=disk")
            #expect(disks.items.first?["details"]?["totalBytes"]?.int64 ?? 0 > 0)
        }
    }

    @Test func alertsAreRaisedResolvedAndSilenced() async throws {
        try await Watched.open { watched in
            let body = #"{"type":"door-open","severity":"critical","message":"The server room is open."}"#
            let headers = ["Idempotency-Key: once"]
            let raised = try await watched.send("POST", "/logs/alerts", headers: headers, body: body)
            #expect(raised.status == 201)
            let id = try #require(raised.json["alertId"]?.string)
            let again = try await watched.send("POST", "/logs/alerts", headers: headers, body: body)
            #expect(again.json["alertId"]?.string == id)
            #expect(try await watched.send("GET", "/logs/alerts?open=true").items.map { $0["alertId"]?.string } == [id])
            let resolve = "/logs/alerts/\(id)/resolve"
            let (key, closed) = (["Idempotency-Key: closed"], #"{"reason":"closed"}"#)
            let first = try await watched.send("POST", resolve, headers: key, body: closed)
            #expect(first.status == 200)
            let repeated = try await watched.send("POST", resolve, headers: key, body: closed)
            #expect(repeated.status == 200, "\(repeated)")
            #expect(repeated.json["receipt"]?["events"] == first.json["receipt"]?["events"])
            #expect(try await watched.send("POST", resolve).status == 409)
            #expect(try await watched.send("POST", "/logs/alerts/none/resolve").status == 404)
            #expect(try await watched.send("GET", "/logs/alerts?open=true").items.isEmpty)
            #expect(try await watched.send("GET", "/logs/alerts").items.first?["resolvedBy"]?.string == "admin")

            // A rule of the server's own: sign-ins that fail.
            for _ in 0..<25 { _ = try await watched.send("GET", "/rbac/roles", token: "dbk_wrong") }
            await watched.monitoring.look()
            let alert = try await watched.send("GET", "/logs/alerts?rule=sign-in-failures").items.first
            #expect(alert?["severity"]?.string == "warning" && alert?["value"]?.int64 == 25)
            #expect(alert?["silenced"]?.bool == false)
            let silence = #"{"rule":"drops","until":"2999-01-01T00:00:00Z"}"#
            #expect(try await watched.send("POST", "/logs/alerts/silences", body: silence).status == 200)
            #expect(try await watched.send("POST", "/logs/alerts/silences", body: #"{"rule":"drops"}"#).status == 422)
            let unknown = #"{"rule":"dorr-open","until":"2999-01-01T00:00:00Z"}"#
            let refused = try await watched.send("POST", "/logs/alerts/silences", body: unknown)
            #expect(refused.status == 422)
            #expect(refused.json["errors"]?.array?.first?["pointer"]?.string == "/rule")
            // One that was raised by somebody's word can be silenced, and is then raised as silenced.
            let door = #"{"rule":"door-open","until":"2999-01-01T00:00:00Z"}"#
            #expect(try await watched.send("POST", "/logs/alerts/silences", body: door).status == 200)
            _ = try await watched.send("GET", "/logs/alerts")
            #expect(try await watched.send("POST", "/logs/alerts", body: body).status == 201)
            #expect(try await watched.send("GET", "/logs/alerts?limit=1").items.first?["silenced"]?.bool == true)
        }
    }

    @Test func anAlertOutlivesTheServerThatRaisedItAndEndsForAll() async throws {
        try await Watched.open { watched in
            for _ in 0..<25 { _ = try await watched.send("GET", "/rbac/roles", token: "dbk_wrong") }
            await watched.monitoring.look()
            let alert = try #require(try await watched.send("GET", "/logs/alerts?open=true").items.first)
            let id = try #require(alert["alertId"]?.string)
            // As after a restart, and another server beside it.
            let restarted = try watched.another(node: "test-node")
            let other = try watched.another(node: "other-node")
            await restarted.look()
            await other.look()
            #expect(restarted.alerts.activeCount == 1)
            #expect(other.alerts.activeCount == 0)
            // Said to be over at the first, it is over at the second as well.
            #expect(try await watched.send("POST", "/logs/alerts/\(id)/resolve").status == 200)
            #expect(watched.monitoring.alerts.activeCount == 0)
            // The read model holds that once somebody was answered from it.
            #expect(try await watched.send("GET", "/logs/alerts?open=true").items.isEmpty)
            await restarted.look()
            #expect(restarted.alerts.activeCount == 0)
        }
    }

    @Test func anAlertThatWasLeftOpenIsOverWhenItsRuleSaysSo() async throws {
        try await Watched.open { watched in
            for _ in 0..<25 { _ = try await watched.send("GET", "/rbac/roles", token: "dbk_wrong") }
            await watched.monitoring.look()
            let restarted = try watched.another(node: "test-node")
            for _ in 0..<30 { await restarted.look() }
            #expect(restarted.alerts.activeCount == 0)
            let alert = try await watched.send("GET", "/logs/alerts?rule=sign-in-failures").items.first
            #expect(alert?["resolvedBy"]?.string == "system")
        }
    }

    @Test func anArchiveDirectoryThatCannotBeWrittenIs503WithoutItsPathAndAnAlert() async throws {
        let file = "\(NSTemporaryDirectory())/not-a-folder-\(UUID().uuidString)"
        try Data().write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        try await Watched.open(environment: ["DAYBOOK_ARCHIVE_DIR": file]) { watched in
            let answer = try await watched.send("POST", "/logs/archive")
            #expect(answer.status == 503)
            #expect(!answer.body.contains("not-a-folder"))
            watched.logs.flush()
            #expect(watched.lines.text.contains("not-a-folder"))
            await watched.monitoring.look()
            let alerts = try await watched.send("GET", "/logs/alerts?rule=archive&open=true").items
            #expect(alerts.map { $0["severity"]?.string } == ["critical"])
        }
    }

    @Test func whatAServiceSaysInARequestIsFoundByTheTraceThatItsAnswerNames() async throws {
        let file = "\(NSTemporaryDirectory())/not-a-folder-\(UUID().uuidString)"
        try Data().write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        try await Watched.open(environment: ["DAYBOOK_ARCHIVE_DIR": file]) { watched in
            var traces: Set<String> = []
            for id in ["r-1", "r-2"] {
                let answer = try await watched.send("POST", "/logs/archive", headers: ["X-Request-Id: \(id)"])
                let trace = try #require(answer.json["traceId"]?.string)
                traces.insert(trace)
                watched.logs.flush()
                let found = try await watched.send("GET", "/logs?traceId=\(trace)")
                #expect(found.items.map { $0["message"]?.string } == ["logs could not be archived"])
                #expect(found.items.map { $0["requestId"]?.string } == [id])
            }
            #expect(traces.count == 2)
        }
    }

    @Test func whileTheDatabaseHangsMetricsHealthAndTheAlertGetOutInTime() async throws {
        try await FaultCluster.withCluster { cluster in
            try await Watched.open(url: cluster.connectionURL, registry: PrometheusRegistry()) { watched in
                await watched.monitoring.look()
                #expect(try await watched.send("GET", "/metrics").status == 200)
                cluster.freeze()
                defer { cluster.thaw() }
                let clock = ContinuousClock()
                func timed(_ path: String) async throws -> (status: Int, body: String, time: Duration) {
                    let start = clock.now
                    let answer = try await watched.send("GET", path)
                    return (answer.status, answer.body, clock.now - start)
                }
                async let metrics = timed("/metrics")
                async let health = timed("/logs/health-check")
                async let ready = timed("/readyz")
                let (scraped, looked, readiness) = try await (metrics, health, ready)
                // Prometheus waits for ten seconds where nothing else is set; a busy machine gets some more. A statement
                // that nobody bounds would wait until the database goes on.
                #expect(scraped.status == 200 && scraped.time < .seconds(15), "\(scraped.status) \(scraped.time)")
                #expect(scraped.body.contains("daybook_postgres_up 0"))
                #expect(looked.status == 200 && looked.time < .seconds(15), "\(looked.status) \(looked.time)")
                #expect(looked.body.contains("The database does not answer."))
                #expect(readiness.status == 503 && readiness.time < .seconds(15), "\(readiness.time)")
                let start = clock.now
                await watched.monitoring.evaluate()
                try await Task.sleep(for: .seconds(1))
                await watched.monitoring.evaluate()
                #expect(clock.now - start < .seconds(20))
                #expect(watched.monitoring.alerts.activeCount >= 1)
                // What is not about how the system is, is refused as ever; and what was known too long ago counts no more.
                #expect(try await watched.send("GET", "/rbac/roles").status == 503)
                let directory = watched.system.directory
                await #expect(throws: PostgresError.self) {
                    try await directory.current(orKnownWithin: .zero, patience: .milliseconds(50))
                }
                _ = try await directory.current(orKnownWithin: .seconds(300), patience: .milliseconds(50))
                cluster.thaw()
            }
        }
    }

    @Test func theTrailAndTheReportAreThereByThePlansNames() async throws {
        try await Watched.open { watched in
            let trail = try await watched.send("GET", "/logs/audit-trail?resourceType=role&resourceId=admin")
            #expect(trail.items.first?["type"]?.string == "rbac.role-defined")
            #expect(try await watched.send("GET", "/logs/audit-trail?resourceType=role").status == 400)
            #expect(try await watched.send("GET", "/logs/audit-trail?resourceType=role&resourceId=no").status == 404)
            let report = try await watched.send("GET", "/logs/audit-report?from=2020-01-01T00:00:00Z")
            let types = report.json["types"]?.array ?? []
            #expect(types.first { $0["key"]?.string == "rbac.role-defined" }?["count"]?.int64 == 5)
            let days = report.json["days"]?.array ?? []
            #expect(days.compactMap { $0["count"]?.int64 }.reduce(0, +) == report.json["total"]?.int64)
            #expect(try await watched.send("GET", "/logs/audit-report").status == 400)
            let looked = try await watched.system.store.reader.events(from: 0, types: [Audit.HistoryQueried.type])
            #expect(try looked.contains { try $0.decode(Audit.HistoryQueried.self).kind == .report })
        }
    }

    @Test func nobodyReadsAnyOfItWithoutThePermission() async throws {
        try await Watched.open { watched in
            let token = try await watched.tokenOfSomebody()
            for path in [
                "/logs", "/logs/level", "/logs/requests", "/logs/api-metrics", "/logs/health-check",
                "/logs/health-checks", "/logs/alerts", "/logs/audit-trail?resourceType=role&resourceId=admin",
                "/logs/audit-report?from=2020-01-01T00:00:00Z", "/logs/archive", "/metrics",
            ] {
                #expect(try await watched.send("GET", path, token: token).status == 403, "\(path)")
            }
            for (method, path) in [
                ("POST", "/logs/level"), ("POST", "/logs/alerts"), ("POST", "/logs/export"), ("POST", "/logs/archive"),
                ("DELETE", "/logs/archive"), ("DELETE", "/logs"), ("POST", "/logs/alerts/silences"),
            ] {
                #expect(try await watched.send(method, path, token: token).status == 403, "\(method) \(path)")
            }
        }
    }

    @Test func whileTheDiskIsFullCommandsGet503AndNothingIsHalfDone() async throws {
        try await PostgresFixture.withFreshDatabase { url in
            try await Watched.open(url: url) { watched in
                let body = #"{"type":"t","severity":"info","message":"m"}"#
                #expect(try await watched.send("POST", "/logs/alerts", body: body).status == 201)
                try await FullDisk.begin(url)
                #expect(try await watched.send("POST", "/logs/alerts", body: body).status == 503)
                #expect(await !watched.monitoring.requests.record())
                try await FullDisk.end(url)
                while await !watched.monitoring.requests.record() {}
                #expect(try await watched.send("GET", "/logs/alerts").items.count == 1)
                let failed = try await watched.send("GET", "/logs/requests?status=503")
                #expect(failed.items.map { $0["route"]?.string } == ["/logs/alerts"])
            }
        }
    }

    @Test func whileTheDatabaseIsAwayRequestsGet503AndNothingIsLostThatWasAcknowledged() async throws {
        try await FaultCluster.withCluster { cluster in
            try await Watched.open(url: cluster.connectionURL, registry: PrometheusRegistry()) { watched in
                await watched.monitoring.look()
                for _ in 0..<3 { _ = try await watched.send("GET", "/rbac/roles") }
                #expect(await watched.monitoring.requests.record())
                try await cluster.kill()
                try await cluster.awaitSessionsEnd()
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<5 { group.addTask { try await watched.send("GET", "/rbac/roles").status } }
                    for try await status in group { #expect(status == 503) }
                }
                #expect(try await watched.send("GET", "/livez").status == 200)
                await watched.monitoring.evaluate()
                await watched.monitoring.evaluate()
                #expect(watched.monitoring.alerts.activeCount >= 1)
                let metrics = String(decoding: await watched.monitoring.metrics.scrape(), as: UTF8.self)
                #expect(metrics.contains("daybook_postgres_up 0"))
                #expect(metrics.contains(#"daybook_alerts_active{rule="database",severity="critical"} 1"#))
                try await cluster.restart()
                while await !watched.monitoring.requests.record() {}
                while await !watched.monitoring.alerts.record() {}
                let failed = try await watched.send("GET", "/logs/requests?status=503")
                #expect(failed.items.count == 5)
                let alerts = try await watched.send("GET", "/logs/alerts?rule=database")
                #expect(alerts.items.first?["severity"]?.string == "critical")
            }
        }
    }
}
