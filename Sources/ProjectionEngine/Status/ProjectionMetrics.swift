import Metrics

/// What Prometheus is told about read models.
enum ProjectionMetrics {
    /// Notes that a read model holds the first `position` events.
    static func note(_ projection: String, position: Int64) {
        Gauge(label: "daybook_projection_position", dimensions: [("projection", projection)]).record(position)
        Gauge(label: "daybook_projection_quarantined", dimensions: [("projection", projection)]).record(0)
    }

    /// Notes that a read model has stopped at an event.
    static func noteQuarantine(_ projection: String) {
        Gauge(label: "daybook_projection_quarantined", dimensions: [("projection", projection)]).record(1)
    }
}
