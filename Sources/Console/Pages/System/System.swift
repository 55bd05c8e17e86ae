import Access
import Audit
import Caching
import HTTPAPI
import Monitoring
import ProjectionEngine
import Time

extension ConsoleSite {
    /// `GET /console/system`: how the parts are, by the services that answer for them; each as far as the reader may see it.
    var systemPage: Endpoint {
        let permission = BuiltInPermission.readHealth
        return Endpoint(
            .get,
            "/console/system",
            "Show how the system is",
            tag: "console",
            access: .permission(permission.name),
            mayBeKept: false,
            inputs: RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, head in
            var values = SystemFacts.health(
                await parts.monitoring.systemStatus(),
                parts.monitoring.verification.current
            )
            let charts = try await [appends(context), errors(context)].compactMap { $0?.values }
            values["charts"] = charts
            values["hasCharts"] = !charts.isEmpty
            if try await context.allows(BuiltInPermission.readProjections.name, in: .institution) {
                values["projections"] = SystemFacts.projections(try await parts.projections.status())
                values["hasProjections"] = true
            }
            if try await context.allows(BuiltInPermission.readAlerts.name, in: .institution) {
                let reader = parts.monitoring.reader
                let alerts = try await reader.alerts(size: try await reader.settle(), limit: 20)
                values["alerts"] = SystemFacts.alerts(alerts)
                values["hasAlerts"] = !alerts.isEmpty
                values["mayReadAlerts"] = true
            }
            if try await context.allows(BuiltInPermission.readCache.name, in: .institution) {
                values["cache"] = SystemFacts.cache(parts.cache.cache)
                values["hasCache"] = true
            }
            if try await context.allows(BuiltInPermission.readLimits.name, in: .institution) {
                values["limits"] = SystemFacts.limits(parts.limits.service.limiter)
                values["hasLimits"] = true
                values["isLimiting"] = parts.limits.isOn
            }
            return try await page("system", values, at: "system", context, head)
        }
    }

    /// How many events were recorded in each of the last 24 hours: the log is in order, so that two positions tell.
    private func appends(_ context: RequestContext) async throws -> BarChart? {
        let hour: Int64 = 3_600_000_000
        let end = context.now.microseconds / hour * hour + hour
        var sizes: [Int64] = []
        for hours in stride(from: Int64(24), through: 1, by: -1) {
            sizes.append(try await parts.store.reader.size(at: Timestamp(microseconds: end - hours * hour - 1)))
        }
        sizes.append(try await parts.store.head().size)
        let bars = (0..<24).map { place in
            let began = Timestamp(microseconds: end - Int64(24 - place) * hour)
            let count = max(0, sizes[place + 1] - sizes[place])
            return BarChart.Bar(
                label: String(began.rfc3339.dropFirst(11).prefix(5)),
                value: Double(count),
                figure: Figure.grouped(count)
            )
        }
        return BarChart(name: "appends", title: "Events recorded in each hour", bars: bars)
    }

    /// The share of requests that failed in the server, in stretches of five minutes of the last hour.
    private func errors(_ context: RequestContext) async throws -> BarChart? {
        guard try await context.allows(BuiltInPermission.readRequestMetrics.name, in: .institution) else { return nil }
        let stretch: Int64 = 300_000_000
        let end = context.now.microseconds / stretch * stretch + stretch
        let reader = parts.monitoring.reader
        let size = try await reader.settle()
        var bars: [BarChart.Bar] = []
        for place in stride(from: Int64(12), through: 1, by: -1) {
            let began = Timestamp(microseconds: end - place * stretch)
            let rate = try await reader.errorRate(
                from: began,
                to: Timestamp(microseconds: end - (place - 1) * stretch),
                size: size
            )
            bars.append(
                BarChart.Bar(
                    label: String(began.rfc3339.dropFirst(11).prefix(5)),
                    value: rate.rate,
                    figure: "\(Figure.percent(rate.rate)) of \(Figure.grouped(rate.requests))"
                )
            )
        }
        return BarChart(name: "errors", title: "Requests that failed in the server, in each five minutes", bars: bars)
    }
}
