/// The metrics of one route: rate, errors, duration.
struct RouteSeries: Sendable {
    private let labels: [(String, String)]
    private let duration: MetricHistogram
    private let bytes: MetricCounter
    private var byStatus: [Int: MetricCounter] = [:]

    init(method: String, route: String, _ registry: PrometheusRegistry) {
        labels = [("method", method), ("route", route)]
        duration = registry.histogram("daybook_http_request_duration_seconds", labels)
        bytes = registry.counter("daybook_http_response_bytes_total", labels)
    }

    mutating func note(_ record: RequestRecord, _ registry: PrometheusRegistry) {
        duration.record(Double(record.microseconds) / 1e6)
        bytes.increment(by: Int64(record.responseBytes))
        if let counter = byStatus[record.status] {
            counter.increment(by: 1)
            return
        }
        let counter = registry.counter("daybook_http_requests_total", labels + [("status", String(record.status))])
        counter.increment(by: 1)
        byStatus[record.status] = counter
    }
}
