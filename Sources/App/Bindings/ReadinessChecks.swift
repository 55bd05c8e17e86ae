import Access
import EventStore
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

/// This replica could sign what it is asked to record. Where it could not, nothing can be changed here, nor history read.
struct SigningReadiness: ReadinessCheck {
    let store: EventStore
    var name: String { "signing key" }

    func obstacle() async -> String? {
        do {
            try await store.checkSigningKey()
            return nil
        } catch is KeyStoreError {
            return "The keys here cannot sign the log. The log's current keys directory has to be copied here."
        } catch {
            return "The log cannot be read."
        }
    }
}
