import Foundation

/// The typed SQL views over the log, one for each type of event.
package enum EventViews {
    /// The statements that create or renew the views and `log.subject_of(type, data)`.
    ///
    /// They need the table `log.events`, and can be run again at any time.
    ///
    /// - Throws: if the file that was installed with the program cannot be read.
    package static var sql: String {
        get throws {
            let file = Bundle.module.bundleURL.appendingPathComponent("SQL").appendingPathComponent("views.sql")
            return try String(contentsOf: file, encoding: .utf8)
        }
    }
}
