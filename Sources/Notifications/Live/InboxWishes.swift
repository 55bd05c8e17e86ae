import EventStore
import Events
import Synchronization

/// What those who are connected want to be told live: what they do not is in their inbox all the same.
///
/// It is known of a user until they say otherwise, or are connected no more.
final class InboxWishes: Sendable {
    private struct State {
        var known: [String: NotificationPreferences] = [:]
        /// How often something was forgotten: what was read before may be old.
        var edition: UInt64 = 0
    }

    private let state = Mutex(State())

    /// To be asked before preferences are read that are to be kept.
    var edition: UInt64 { state.withLock { $0.edition } }

    /// Keeps what was read of some users, unless something was said since.
    func keep(_ preferences: [String: NotificationPreferences], of users: [String], since edition: UInt64) {
        state.withLock { state in
            guard state.edition == edition else { return }
            for user in users { state.known[user] = preferences[user] ?? NotificationPreferences() }
        }
    }

    /// Those of some users of whom nothing is known.
    func unknown(_ users: some Collection<String>) -> [String] {
        state.withLock { state in users.filter { state.known[$0] == nil } }
    }

    /// What is known of a user.
    func callAsFunction(of user: String) -> NotificationPreferences? { state.withLock { $0.known[user] } }

    /// A user is connected no more.
    func drop(_ user: String) { state.withLock { $0.known[user] = nil } }

    /// Somebody said what they want.
    func forget(_ user: String) {
        state.withLock { state in
            state.edition += 1
            state.known[user] = nil
        }
    }

    /// What was said may have been missed.
    func forgetAll() {
        state.withLock { state in
            state.edition += 1
            state.known = [:]
        }
    }
}

extension NotificationPreferences {
    /// Whether a category is wanted live.
    func wantsLive(_ category: String) -> Bool {
        wants(NotificationCategory(rawValue: category) ?? .announcement, by: .inApp)
    }
}
