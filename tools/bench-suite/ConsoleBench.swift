import App
import AsyncHTTPClient
import DemoData
import Foundation
import HTTPAPI
import JSON

/// How long pages of the console take, and how long they are, over a demo of the usual size.
enum ConsoleBench {
    private static let rounds = 20
    /// The longest that a page may take, in milliseconds, and the most that a first view may weigh, in KB.
    private static let (time, weight) = (200.0, 100.0)

    static func run(_ options: BenchOptions, _ directory: URL, _ report: inout BenchReport) async throws {
        let settings = ["DAYBOOK_REQUEST_SAMPLING_PERCENT": "0", "DAYBOOK_BACKUP_PLAIN": "on"]
        let rows = try await BenchSystem.withSystem(directory, settings: settings) { system, token in
            var rows = BenchReport()
            guard let calendar = DemoCalendar(before: .now()) else { return rows }
            let plan = DemoPlan(seed: 1, users: options.demoUsers, calendar: calendar)
            try await DemoRun(plan: plan, calendar: calendar, system: system).carryOut { _ in }
            try await BenchSystem.settle(system)
            // As autovacuum does within a minute or two: without it PostgreSQL takes the tables for small ones.
            _ = try await system.pool.execute("analyze")
            let server = try DaybookServer(system)
            let port = Gate<Int>()
            let serving = Task { try await server.run { await port.open($0) } }
            let base = "http://127.0.0.1:\(await port.value)"
            let visitor = try await Visitor.signedIn(base, token)
            let size = try await system.store.head().size
            let alive = try await visitor.times("/livez", rounds: rounds)
            for (name, path) in pages(size) {
                let times = try await visitor.times(path, rounds: rounds)
                rows.add(
                    "\(name), the slowest of \(rounds)",
                    (times.last ?? 0) * 1_000,
                    "ms",
                    beside: .init(name: "goal", value: time, unit: "ms")
                )
            }
            rows.add(
                "an answer that says nothing, the slowest of \(rounds)",
                (alive.last ?? 0) * 1_000,
                "ms",
                beside: .init(name: "goal", value: time, unit: "ms")
            )
            rows.add(
                "first view of the history: page, style and scripts",
                Double(try await visitor.weight(of: "/console/history")) / 1_000,
                "KB",
                beside: .init(name: "goal", value: weight, unit: "KB")
            )
            serving.cancel()
            _ = await serving.result
            return rows
        }
        report.add(rows)
    }

    private static func pages(_ size: Int64) -> [(name: String, path: String)] {
        [
            ("history", "/console/history"), ("history by a word", "/console/history?text=moved"),
            ("overview", "/console/overview"), ("an event", "/console/history/\(size / 2)"),
            ("people", "/console/access"), ("roles and permissions", "/console/access/roles"),
            ("inheritance", "/console/access/inheritance"),
            ("who can", "/console/access/who?permission=institution.grades:record"),
            ("two moments compared", "/console/compare?from=\(size / 2)&to=\(size - 1)"),
            ("inbox", "/console/inbox"), ("exports", "/console/exports"), ("backups", "/console/backups"),
            ("system", "/console/system"),
        ]
    }

    /// A browser, as far as cookies and forms go.
    private struct Visitor {
        let base: String
        var cookies: [String: String] = [:]

        static func signedIn(_ base: String, _ token: String) async throws -> Visitor {
            var visitor = Visitor(base: base)
            let page = try await visitor.fetch("/console/sign-in")
            guard let code = page.firstMatch(of: /name="form" value="([^"]+)"/)?.1 else {
                throw BenchOptions.Mistake(description: "the page for signing in has no form")
            }
            let form = "token=\(PercentCoding.encode(token))&form=\(PercentCoding.encode(String(code)))&next="
            _ = try await visitor.fetch("/console/sign-in", form: form, expecting: 303)
            return visitor
        }

        /// Sorted, in seconds, after one that is not counted.
        func times(_ path: String, rounds: Int) async throws -> [Double] {
            var visitor = self
            var times: [Double] = []
            for round in 0...rounds {
                let seconds = try await Stopwatch.time { _ = try await visitor.fetch(path) }
                if round > 0 { times.append(seconds) }
            }
            return times.sorted()
        }

        /// The bytes of a page and of what it names of this server, as they are without compression.
        func weight(of path: String) async throws -> Int {
            var visitor = self
            let page = try await visitor.fetch(path)
            var bytes = page.utf8.count
            for match in page.matches(of: /(?:src|href)="(\/console\/assets\/[^"]+)"/) {
                bytes += try await visitor.fetch(String(match.1)).utf8.count
            }
            return bytes
        }

        private mutating func fetch(_ path: String, form: String? = nil, expecting status: UInt = 200) async throws
            -> String
        {
            var request = HTTPClientRequest(url: base + path)
            if let form {
                request.method = .POST
                request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
                request.headers.add(name: "Origin", value: base)
                request.body = .bytes(Array(form.utf8))
            }
            if !cookies.isEmpty {
                let pairs = cookies.map { "\($0)=\($1)" }.joined(separator: "; ")
                request.headers.add(name: "Cookie", value: pairs)
            }
            let response = try await Self.client.execute(request, timeout: .seconds(60))
            let body = String(buffer: try await response.body.collect(upTo: 16_777_216))
            for field in response.headers["Set-Cookie"] {
                let pair = field.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1).map(String.init)
                if pair.count == 2 { cookies[pair[0]] = pair[1] }
            }
            guard response.status.code == status else {
                throw BenchOptions.Mistake(description: "\(path) was answered with \(response.status.code)")
            }
            return body
        }

        /// Follows no redirect: the cookies of one would be lost.
        private static let client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: .init(redirectConfiguration: .disallow)
        )
    }
}
