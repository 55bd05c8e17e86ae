import Access
import EventStore
import HTTPTypes
import JSON
import Monitoring

extension Endpoint {
    /// Alerts.
    static func alerts(_ access: LogsAccess) -> [Endpoint] {
        [listAlerts(access), raiseAlert(access), resolveAlert(access), silenceRule(access)]
    }

    /// `GET /logs/alerts`.
    private static func listAlerts(_ access: LogsAccess) -> Endpoint {
        Endpoint(
            .get,
            "/logs/alerts",
            "See alerts",
            tag: "logs",
            access: .permission(BuiltInPermission.readAlerts.name),
            mayBeKept: false,
            inputs: Query<String?>("rule", .text(1...100), "Of this rule or type."),
            Query("open", .boolean, default: false, "Whether only those that are not over."),
            AsOf(),
            Paging(default: 50, maximum: 500),
            outputs: .listing(.alerts, "Newest first."),
            problems: .unavailable
        ) { context, rule, onlyOpen, asOf, page in
            let size = try await access.size(asOf: asOf, cursor: page.after)
            let rows = try await access.monitoring.reader.alerts(
                rule: rule,
                onlyOpen: onlyOpen,
                below: page.after?.position ?? .max,
                size: size,
                limit: page.limit + 1
            )
            let shown = Array(rows.prefix(page.limit))
            let next = rows.count > page.limit ? shown.last : nil
            return .listing(
                shown,
                .alerts,
                page: page,
                next: next.map { PageCursor(position: $0.raisedPosition, asOf: size) },
                position: Reply.position(ofSize: size),
                context
            )
        }
    }

    /// `POST /logs/alerts`: the plan's alertOnAnomaly.
    private static func raiseAlert(_ access: LogsAccess) -> Endpoint {
        Endpoint(
            .post,
            "/logs/alerts",
            "Raise an alert",
            tag: "logs",
            access: .permission(BuiltInPermission.manageAlerts.name),
            inputs: IdempotencyHeader(),
            JSONBody(AlertToRaise.self),
            outputs: .json(
                .created,
                .object(.required("alertId", .identifier), .required("receipt", Receipt.schema)),
                "It is raised."
            ),
            problems: .idempotencyKeyReused,
            .unavailable
        ) { context, key, alert in
            let raised = try await access.monitoring.raiseAlert(
                alert.type,
                severity: alert.severity,
                message: alert.message,
                by: Author(context, key)
            )
            return .json(.created, position: raised.receipt.events.last?.position) {
                $0.object { writer in
                    writer.member("alertId", raised.alertID)
                    writer.name("receipt")
                    raised.receipt.write(to: &writer)
                }
            }
        }
    }

    /// `POST /logs/alerts/{alertId}/resolve`.
    private static func resolveAlert(_ access: LogsAccess) -> Endpoint {
        Endpoint(
            .post,
            "/logs/alerts/{alertId}/resolve",
            "Say that an alert is over",
            tag: "logs",
            access: .permission(BuiltInPermission.manageAlerts.name),
            inputs: Path("alertId", .identifier, "The alert."),
            IdempotencyHeader(),
            OptionalBody(AlertResolution.self),
            outputs: .json(.ok, .receipt, "It is over."),
            problems: .notFound,
            .conflict,
            .idempotencyKeyReused,
            .unavailable
        ) { context, id, key, resolution in
            .receipt(
                try await access.monitoring.resolveAlert(
                    id,
                    reason: resolution.reason,
                    by: Author(context, key)
                )
            )
        }
    }

    /// `POST /logs/alerts/silences`.
    private static func silenceRule(_ access: LogsAccess) -> Endpoint {
        Endpoint(
            .post,
            "/logs/alerts/silences",
            "Silence a rule for a while",
            details: "Its alerts are still recorded, marked as silenced.",
            tag: "logs",
            access: .permission(BuiltInPermission.manageAlerts.name),
            inputs: IdempotencyHeader(),
            JSONBody(Silence.self),
            outputs: .json(.ok, .receipt, "It is silenced."),
            problems: .idempotencyKeyReused,
            .unavailable
        ) { context, key, silence in
            .receipt(
                try await access.monitoring.silence(
                    silence.rule,
                    until: silence.until,
                    reason: silence.reason,
                    by: Author(context, key)
                )
            )
        }
    }
}
