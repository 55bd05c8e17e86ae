import Access
import HTTPAPI

/// The database answers, and access in memory is up to the log.
struct LogReadiness: ReadinessCheck {
    let directory: AccessDirectory
    var name: String { "log" }

    func obstacle() async -> String? {
        do {
            _ = try await directory.current()
            return nil
        } catch {
            return "The log cannot be read."
        }
    }
}
