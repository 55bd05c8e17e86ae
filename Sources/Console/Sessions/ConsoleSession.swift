import Events
import Foundation
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
    /// What it rests on, and ends with.
    package var basis: Basis
    /// When it began.
    package var startedAt: Timestamp
    /// When something was last asked for in it.
    package var seenAt: Timestamp

    /// What a session rests on.
    package enum Basis: Sendable, Hashable {
        /// A token of Daybook, by its public id.
        case token(id: String)
        /// An identity provider's word, by the issuer of its tokens.
        case provider(issuer: String)
    }

    /// A session.
    package init(id: String, secret: [UInt8], basis: Basis, startedAt: Timestamp, seenAt: Timestamp) {
        self.id = id
        self.secret = secret
        self.basis = basis
        self.startedAt = startedAt
        self.seenAt = seenAt
    }

    /// An id for a session that is yet to begin.
    static func newID() -> String { "console-" + UUIDv7.generate().uuidString.lowercased().filter { $0 != "-" } }

    /// The stream that its events stand in.
    var stream: String { "session-\(id)" }

    /// Whether its time is over.
    func isOver(at now: Timestamp) -> Bool {
        now - seenAt >= Self.idle || now - startedAt >= Self.longest
    }
}
