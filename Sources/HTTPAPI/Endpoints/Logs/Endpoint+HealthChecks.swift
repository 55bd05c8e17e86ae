import Access
import Events
import JSON
import Monitoring

extension Endpoint {
    /// `GET /logs/health-check`: how every part of the system is, looked at now.
    static func healthCheck(_ access: LogsAccess) -> Endpoint {
        Endpoint(
            .get,
            "/logs/health-check",
            "Check the health of the system",
            details: "Database, server, memory, disk, read models, log and verification, looked at now by this server.",
            tag: "logs",
            access: .permission(BuiltInPermission.readHealth.name),
            outputs: .json(
                .ok,
                .object(
                    .required("status", .choice(HealthResult.Status.self).described("The worst of the checks")),
                    .required("node", .string()),
                    .required("uptimeSeconds", .integer()),
                    .required("activeAlerts", .integer()),
                    .required("checks", .array(of: Columns<HealthResult>.healthResults.schema))
                ),
                "How it is."
            )
        ) { _ in
            let status = await access.monitoring.systemStatus()
            return .json {
                $0.object { writer in
                    writer.member("status", status.status.rawValue)
                    writer.member("node", status.node)
                    writer.member("uptimeSeconds", status.uptime.components.seconds)
                    writer.member("activeAlerts", status.activeAlerts)
                    writer.member(
                        "checks",
                        array: { writer in
                            for check in status.checks { Columns.healthResults.write(check, to: &writer) }
                        }
                    )
                }
            }
        }
    }

    /// `GET /logs/health-checks`: how it was.
    static func healthHistory(_ access: LogsAccess) -> Endpoint {
        Endpoint(
            .get,
            "/logs/health-checks",
            "See how the health of the system was",
            details: "Newest first: what changed, and every hour what had not.",
            tag: "logs",
            access: .permission(BuiltInPermission.readHealth.name),
            inputs: Query("checkType", .choice(HealthResult.Check.self), "Of this part."),
            AsOf(),
            Paging(default: 50, maximum: 500),
            outputs: .listing(.healthRecords, "The checks."),
            problems: .unavailable
        ) { context, check, asOf, page in
            let size = try await access.size(asOf: asOf, cursor: page.after)
            let rows = try await access.monitoring.reader.health(
                check: check?.rawValue,
                below: page.after?.position ?? .max,
                size: size,
                limit: page.limit + 1
            )
            let shown = Array(rows.prefix(page.limit))
            return .listing(
                shown,
                .healthRecords,
                page: page,
                next: rows.count > page.limit ? shown.last.map { PageCursor(position: $0.position, asOf: size) } : nil,
                position: Reply.position(ofSize: size),
                context
            )
        }
    }

    /// `GET /metrics`: for Prometheus.
    static func metrics(_ monitoring: MonitoringService) -> Endpoint {
        Endpoint(
            .get,
            "/metrics",
            "Read the server's metrics",
            details: "The text format 0.0.4 of Prometheus. A scraper signs in with a token of its own.",
            tag: "meta",
            access: .permission(BuiltInPermission.scrapeMetrics.name),
            routeClass: .monitoring,
            outputs: Output(.ok, [.prometheus], .string(), "The metrics.")
        ) { _ in
            .bytes(await monitoring.metrics.scrape(), .prometheus)
        }
    }
}

extension MediaType {
    /// What Prometheus asks for: matched as text/plain, said with its version.
    fileprivate static let prometheus = MediaType(
        "text/plain",
        contentType: "text/plain; version=0.0.4; charset=utf-8"
    )
}
