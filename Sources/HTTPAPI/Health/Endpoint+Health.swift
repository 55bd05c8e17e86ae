import JSON
import Synchronization
import Time

extension Endpoint {
    /// `GET /livez`: the process runs and answers.
    static let livez = Endpoint(
        .get,
        "/livez",
        "Tell whether the server is alive",
        tag: "meta",
        access: .open,
        routeClass: .probe,
        outputs: .json(.ok, .object(.required("status", .oneOf(["alive"]))), "It is.")
    ) { _ in
        .json { $0.object { $0.member("status", "alive") } }
    }

    /// `GET /readyz`: everything is there that requests need.
    ///
    /// Asked by load balancers every few seconds, so all checks run at once, and one that takes more than
    /// two seconds counts as failed. The answer does not wait for it, and it is not begun again before it has ended.
    static func readyz(_ checks: [any ReadinessCheck]) -> Endpoint {
        let checks = checks.map { TimedCheck($0) }
        return Endpoint(
            .get,
            "/readyz",
            "Tell whether the server is ready for requests",
            tag: "meta",
            access: .open,
            routeClass: .probe,
            outputs: .json(
                .ok,
                .object(
                    .required("status", .oneOf(["ready"])),
                    .required(
                        "checks",
                        .array(of: .object(.required("name", .string()), .required("status", .oneOf(["ready"]))))
                    )
                ),
                "It is."
            )
        ) { _ in
            let results = await run(checks)
            guard results.allSatisfy({ $0.obstacle == nil }) else { throw Problem.notReady(results) }
            return .json { writer in
                writer.object { writer in
                    writer.member("status", "ready")
                    writer.member(
                        "checks",
                        array: { writer in
                            for result in results {
                                writer.object { writer in
                                    writer.member("name", result.name)
                                    writer.member("status", "ready")
                                }
                            }
                        }
                    )
                }
            }
        }
    }

    fileprivate struct CheckResult: Sendable {
        let name: String
        let obstacle: String?
    }

    private static func run(_ checks: [TimedCheck]) async -> [CheckResult] {
        await withTaskGroup(of: (Int, CheckResult).self) { group in
            for (index, check) in checks.enumerated() {
                group.addTask { (index, CheckResult(name: check.name, obstacle: await check.obstacle())) }
            }
            var results: [(Int, CheckResult)] = []
            for await result in group { results.append(result) }
            return results.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

}

/// A check that is waited for no longer than two seconds, by whoever asks first or joins meanwhile.
private final class TimedCheck: Sendable {
    private let check: any ReadinessCheck
    private let underWay = Mutex<Task<String?, Never>?>(nil)

    init(_ check: any ReadinessCheck) { self.check = check }

    var name: String { check.name }

    func obstacle() async -> String? {
        let task = underWay.withLock { known in
            if let known { return known }
            let begun = Task { [check, self] in
                let obstacle = await check.obstacle()
                underWay.withLock { $0 = nil }
                return obstacle
            }
            known = begun
            return begun
        }
        let answer: String?? = await withPatience(.seconds(2)) { await task.value }
        return answer ?? "The check did not end within two seconds."
    }
}

extension Problem {
    fileprivate static func notReady(_ results: [Endpoint.CheckResult]) -> Problem {
        var problem = Problem.unavailable(
            retryAfter: .seconds(2),
            "Not ready: \(results.filter { $0.obstacle != nil }.map(\.name).joined(separator: ", "))."
        )
        problem.members["checks"] = .array(
            results.map { result in
                var check: JSONObject = [
                    "name": .string(result.name),
                    "status": result.obstacle == nil ? "ready" : "notReady",
                ]
                if let obstacle = result.obstacle { check["detail"] = .string(obstacle) }
                return .object(check)
            }
        )
        return problem
    }
}
