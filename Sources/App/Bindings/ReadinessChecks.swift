import Access
import EventStore
import HTTPAPI

/// The database answers, and access in memory is up to the log.
struct LogReadiness: ReadinessCheck {
    let directory: AccessDirectory
    let log: ReadinessLog
    var name: String { "log" }

    func obstacle() async -> String? {
        do {
            _ = try await directory.current()
            log.note(nil, of: name)
            return nil
        } catch {
            log.note(error, of: name)
            return "The log cannot be read."
        }
    }
}

/// This replica could sign what it is asked to record. Where it could not, nothing can be changed here, nor history read.
struct SigningReadiness: ReadinessCheck {
    let store: EventStore
    let log: ReadinessLog
    var name: String { "signing key" }

    func obstacle() async -> String? {
        do {
            try await store.checkSigningKey()
            log.note(nil, of: name)
            return nil
        } catch {
            log.note(error, of: name)
            return error is KeyStoreError
                ? "The keys here cannot sign the log. The log's current keys directory has to be copied here."
                : "The log cannot be read."
        }
    }
}
