package import Time

/// A session: some of a user's roles, activated (ANSI INCITS 359). In it only these count.
package struct AccessSession: Sendable, Hashable {
    /// The session's id.
    package var id: String
    /// Whose it is.
    package var userID: String
    /// The active roles, by index.
    var roles: [Int32]
    /// From when on it counts no longer.
    package var expiresAt: Timestamp
    /// The version of the session's stream.
    package var version: Int64
}
