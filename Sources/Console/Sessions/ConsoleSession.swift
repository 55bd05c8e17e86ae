package import Time

/// What a browser's cookie says of its session. Only the server can make or read one.
package struct ConsoleSession: Sendable, Hashable {
    /// How long a session lasts in which nothing is asked for.
    package static let idle = Duration.seconds(30 * 60)
    /// How long a session lasts at most.
    package static let longest = Duration.seconds(12 * 3_600)
    /// How old a cookie becomes before the browser is given another.
    static let refresh = Duration.seconds(60)

    /// The session's public id.
    package var id: String
    /// 256 random bits: of this the log keeps the digest.
    package var secret: [UInt8]
    /// The public id of the token that it rests on.
    package var tokenID: String
    /// When it began.
    package var startedAt: Timestamp
    /// When something was last asked for in it.
    package var seenAt: Timestamp

    /// A session.
    package init(id: String, secret: [UInt8], tokenID: String, startedAt: Timestamp, seenAt: Timestamp) {
        self.id = id
        self.secret = secret
        self.tokenID = tokenID
        self.startedAt = startedAt
        self.seenAt = seenAt
    }

    /// The stream that its events stand in.
    var stream: String { "session-\(id)" }

    /// Whether its time is over.
    func isOver(at now: Timestamp) -> Bool {
        now - seenAt >= Self.idle || now - startedAt >= Self.longest
    }
}
