import Caching
import JSON
import Monitoring
import ProjectionEngine
import RateLimiting
import Time

/// What the page of the system says, as its template has it.
enum SystemFacts {
    static func health(_ status: SystemStatus, _ verification: VerificationState) -> [String: Any] {
        var values: [String: Any] = [
            "status": status.status.rawValue,
            "node": status.node,
            "uptime": Figure.duration(status.uptime),
            "checks": status.checks.map { check in
                [
                    "name": check.check.rawValue, "status": check.status.rawValue,
                    "message": check.message.map { $0 as Any } ?? false,
                    "details": check.details.members.map { Measure($0.name, $0.value).values },
                ] as [String: Any]
            },
            "findings": Figure.grouped(verification.findings),
            "hasFindings": verification.findings > 0,
            "verified": Figure.grouped(verification.verified),
            "verifiedTo": Figure.grouped(verification.position),
        ]
        if let finding = verification.firstFinding { values["firstFinding"] = finding }
        if let pass = verification.completed {
            values["verificationAge"] = Figure.duration(verification.now - pass.beganAt)
            values["verificationSize"] = Figure.grouped(pass.size)
        }
        return values
    }

    static func projections(_ statuses: [ProjectionStatus]) -> [[String: Any]] {
        statuses.map { status in
            [
                "name": status.name, "state": status.condition.rawValue, "lag": Figure.grouped(status.lag),
                "position": Figure.grouped(status.position), "isHealthy": status.isHealthy, "error": status.error ?? "",
            ]
        }
    }

    static func alerts(_ alerts: [AlertRecord]) -> [[String: Any]] {
        alerts.map { alert in
            var values: [String: Any] = [
                "rule": alert.rule, "severity": alert.severity, "message": alert.message,
                "raised": alert.raisedAt.rfc3339, "raisedAt": Self.short(alert.raisedAt),
                "path": ConsolePaths.event(alert.raisedPosition), "isOpen": alert.resolvedPosition == nil,
            ]
            if let resolved = alert.resolvedAt { values["resolvedAt"] = Self.short(resolved) }
            return values
        }
    }

    static func cache(_ cache: Cache) -> [[String: Any]] {
        cache.namespaces.map { namespace in
            let figures = cache.figures(namespace.name)
            return [
                "name": namespace.name, "hits": Figure.grouped(Int64(figures.hits)),
                "misses": Figure.grouped(Int64(figures.missCount)),
                "rate": figures.hitRate.map(Figure.percent) ?? "–",
            ]
        }
    }

    static func limits(_ limiter: RateLimiter) -> [[String: Any]] {
        let denied = limiter.tally.denied
        return limiter.policies.policies.map { policy in
            [
                "name": policy.name,
                "quota": "\(Figure.grouped(policy.quota)) in \(Figure.duration(.seconds(policy.windowSeconds)))",
                "per": policy.partition.names.joined(separator: ", "),
                "of": policy.routeClass?.rawValue ?? "all", "refused": Figure.grouped(Int64(denied[policy.name] ?? 0)),
            ]
        }
    }

    private static func short(_ time: Timestamp) -> String {
        String(time.rfc3339.prefix(16)).replacing("T", with: " ")
    }
}
