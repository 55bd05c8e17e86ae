/// A form in which logs are exported.
package enum LogExportFormat: String, Sendable, CaseIterable {
    /// One JSON object a line.
    case ndjson
    /// RFC 4180, with a header line.
    case csv
    /// One event of the Open Cybersecurity Schema Framework a line.
    case ocsf
}

/// What is exported.
package enum LogExportPart: String, Sendable, CaseIterable {
    /// Log entries.
    case entries
    /// Requests.
    case requests
    /// Alerts, health checks and what else the system says of itself.
    case system
    /// Everything else: what people and services did.
    case audit
}
