package import Logging
package import Time

/// Which log entries are asked for. What is left out does not matter.
package struct LogQuery: Sendable, Hashable {
    /// Of this level.
    package var level: Logger.Level?
    /// Of this level or graver.
    package var minimumLevel: Logger.Level?
    /// Of the logger with this label.
    package var logger: String?
    /// Said in a request of this trace.
    package var traceID: String?
    /// On this server.
    package var node: String?
    /// Said at or after.
    package var from: Timestamp?
    /// Said at or before.
    package var to: Timestamp?

    /// All.
    package init() {}
}

/// Which requests are asked for. What is left out does not matter.
package struct RequestQuery: Sendable, Hashable {
    /// With this method.
    package var method: String?
    /// Answered by this route template.
    package var route: String?
    /// By this actor.
    package var actor: String?
    /// Answered with this status or a higher one.
    package var minimumStatus: Int?
    /// Answered with this status or a lower one.
    package var maximumStatus: Int?
    /// That took at least so long.
    package var minimumDuration: Duration?
    /// Of this trace.
    package var traceID: String?
    /// Arrived at or after.
    package var from: Timestamp?
    /// Arrived at or before.
    package var to: Timestamp?

    /// All.
    package init() {}
}
