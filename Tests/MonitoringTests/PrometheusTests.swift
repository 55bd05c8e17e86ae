import Foundation
import JSON
import Monitoring
import TestSupport
import Testing

/// Metrics as Prometheus takes them.
@Suite struct PrometheusTests {
    @Test func countersGaugesAndHistogramsAreWrittenInTheTextFormat() {
        let registry = PrometheusRegistry()
        registry.counter("daybook_log_events_total").increment(by: 3)
        registry.gauge("daybook_append_queue_events").set(2.5)
        let histogram = registry.histogram("daybook_http_request_duration_seconds", [("route", "/a\"b\\c\nd")])
        for value in [0.000_4, 0.02, 99.0] { histogram.record(value) }
        let text = String(decoding: registry.exposition(), as: UTF8.self)
        #expect(text.contains("# TYPE daybook_log_events_total counter\ndaybook_log_events_total 3\n"))
        #expect(text.contains("daybook_append_queue_events 2.5\n"))
        #expect(text.contains(#"_bucket{route="/a\"b\\c\nd",le="0.0005"} 1"#))
        #expect(text.contains(#"_bucket{route="/a\"b\\c\nd",le="0.025"} 2"#))
        #expect(text.contains(#"_bucket{route="/a\"b\\c\nd",le="+Inf"} 3"#))
        #expect(text.contains(#"_count{route="/a\"b\\c\nd"} 3"#))
    }

    @Test func thereAreOnlySoManySeriesOfOneName() {
        let registry = PrometheusRegistry()
        for index in 0..<(PrometheusRegistry.seriesLimit + 500) {
            registry.counter("daybook_test_total", [("label", "value-\(index)")]).increment(by: 1)
        }
        let lines = String(decoding: registry.exposition(), as: UTF8.self).split(separator: "\n")
        #expect(lines.count <= PrometheusRegistry.seriesLimit + 3)
        #expect(lines.contains("daybook_test_total{label=\"other\"} 500"))
    }

    @Test func promtoolFindsNothingWrongWithTheMetricsOfARunningServer() async throws {
        try await Watched.open { watched in
            // The registry is the process's, and other suites ask their own servers meanwhile: a path of this test alone.
            for _ in 0..<3 {
                let answer = try await watched.send(
                    "PATCH",
                    "/rbac/permissions/none",
                    headers: ["Content-Type: text/turtle"],
                    plainBody: "{}"
                )
                #expect(answer.status == 415)
            }
            _ = try await watched.send("GET", "/nowhere/at-all-4711")
            await watched.monitoring.look()
            let answer = try await watched.send("GET", "/metrics")
            #expect(answer.status == 200)
            #expect(answer.headers.contains("text/plain; version=0.0.4; charset=utf-8"))
            let check = try await Program.run(
                ["promtool", "check", "metrics"],
                input: Array(answer.body.utf8)
            )
            #expect(check.status == 0, "\(check.output) \(check.errors)")
            #expect(check.output.isEmpty && check.errors.isEmpty, "\(check.output) \(check.errors)")
            let names = [
                #"daybook_http_requests_total{method="PATCH",route="/rbac/permissions/{permissionId}",status="415"} 3"#,
                #"daybook_http_requests_total{method="GET",route="(none)",status="404"} "#,
                "daybook_append_batch_size_events_count", "daybook_append_batch_duration_seconds_bucket",
                "daybook_append_queue_events", #"daybook_projection_lag_events{projection="audit"}"#,
                #"daybook_pool_connections{pool="requests",state="lent"}"#, "daybook_postgres_up 1",
                "daybook_verification_age_seconds", "process_resident_memory_bytes",
            ]
            // What is not counted yet on a busy machine shows at one of the next scrapes.
            var missing: [String] = names
            var counted = ""
            _ = try await eventually(every: .milliseconds(50)) {
                let body = try await watched.send("GET", "/metrics").body
                missing = names.filter { !body.contains($0) }
                counted = body.split(separator: "\n").filter { $0.contains("http_requests_total{") }.joined(
                    separator: "\n"
                )
                return missing.isEmpty
            }
            #expect(missing.isEmpty, "\(missing) in \(counted)")
            // No ids in labels: what a client sends does not become a series.
            #expect(!answer.body.contains("at-all-4711"))
            #expect(try await watched.send("GET", "/metrics", token: "dbk_wrong").status == 401)
        }
    }

    @Test func aRealPrometheusScrapesIt() async throws {
        try await Watched.open { watched in
            let directory = watched.directory
            let target = watched.address.dropFirst("http://".count)
            let configuration = """
                global: {scrape_interval: 500ms}
                scrape_configs:
                  - job_name: daybook
                    authorization: {credentials: \(watched.token)}
                    static_configs: [{targets: ["\(target)"]}]
                """
            try Data(configuration.utf8).write(to: URL(fileURLWithPath: "\(directory)/prometheus.yml"))
            let port = Int.random(in: 20_000..<30_000)
            let prometheus = Process()
            prometheus.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            prometheus.arguments = [
                "prometheus", "--config.file=\(directory)/prometheus.yml", "--storage.tsdb.path=\(directory)/tsdb",
                "--web.listen-address=127.0.0.1:\(port)", "--log.level=error",
            ]
            prometheus.standardError = FileHandle.nullDevice
            try prometheus.run()
            defer {
                prometheus.terminate()
                prometheus.waitUntilExit()
            }
            var seen: JSONValue = .null
            _ = try await eventually(every: .milliseconds(250)) {
                let query = "http://127.0.0.1:\(port)/api/v1/query?query=daybook_postgres_up"
                let answer = try await Program.run(["curl", "-s", query]).output
                seen = (try? JSONValue(parsing: Array(answer.utf8))) ?? .null
                return seen["data"]?["result"]?.array?.isEmpty == false
            }
            #expect(seen["data"]?["result"]?.array?.first?["value"]?.array?.last?.string == "1", "\(seen)")
        }
    }
}
