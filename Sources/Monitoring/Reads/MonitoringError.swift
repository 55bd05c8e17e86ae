/// Why something of the logs is not shown or not done.
package struct MonitoringError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What stands in the way.
    package enum Code: Sendable, Hashable {
        /// The read model is behind the log by so many events.
        case behind(lag: Int64)
        /// The log has no such moment yet.
        case noSuchMoment
        /// There is no such thing.
        case notFound
        /// It is not in a state in which this can be done.
        case conflict
        /// Something of what is asked for is not acceptable.
        case invalid(field: String)
        /// Archived data is not what it should be.
        case damaged
        /// Files cannot be read or written.
        case inaccessible
    }

    /// What stands in the way.
    package var code: Code
    /// A sentence for whoever asked, without the server's paths.
    package var message: String
    /// Which file, and what the system said, for whoever runs the server.
    package var detail: String?

    /// An error and its sentence.
    package init(_ code: Code, _ message: String, detail: String? = nil) {
        self.code = code
        self.message = message
        self.detail = detail
    }

    /// Whether files of the server's are in the way.
    var isAboutFiles: Bool { code == .inaccessible || code == .damaged }

    /// The sentence, with the detail.
    package var description: String { detail.map { "\(message) (\($0))" } ?? message }
}
