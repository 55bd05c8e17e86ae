import HashTreeCollections
import Time

/// The open sessions, by id.
struct SessionTable: Sendable {
    private(set) var open: TreeDictionary<ExactKey, AccessSession> = [:]

    subscript(id: String) -> AccessSession? {
        get { open[ExactKey(id)] }
        set { open[ExactKey(id)] = newValue }
    }

    /// How many sessions a user has that count.
    func count(of user: String, at now: Timestamp) -> Int {
        open.values.count { ExactKey.same($0.userID, user) && now < $0.expiresAt }
    }
}
