import JSON
import Notifications

/// What is said on a stream of server-sent events of an inbox (WHATWG HTML, section 9.2).
///
/// Nothing is told before it is known that the reader may still hear it. Where that cannot be found out the stream ends, and
/// says where to go on; a mere sign of life is given all the same, so that an outage does not have everybody come back.
struct InboxStream {
    /// What is said, and whether it was the last.
    struct Saying: Hashable {
        var text: String
        var isLast = false
    }

    /// How long a program waits before it comes back, in milliseconds.
    private static let pause = 5_000

    private let isStillSignedIn: () async throws -> Bool
    private var last: Int64?

    /// - Parameter position: where the reader was.
    init(after position: Int64?, isStillSignedIn: @escaping () async throws -> Bool) {
        last = position
        self.isStillSignedIn = isStillSignedIn
    }

    /// What is said of an update.
    mutating func say(_ update: InboxUpdate) async -> Saying {
        do {
            guard try await isStillSignedIn() else { return Saying(text: "", isLast: true) }
        } catch {
            return update.isHeartbeat ? Saying(text: Self.alive) : Saying(text: end, isLast: true)
        }
        guard !update.isHeartbeat else { return Saying(text: Self.alive) }
        last = update.through
        var json = JSONWriter()
        update.write(to: &json)
        return Saying(text: "id: \(update.through)\nevent: notifications\ndata: \(json.text)\n\n")
    }

    private static let alive = ": alive\n\n"

    private var end: String {
        let place = last.map { "id: \($0)\n" } ?? ""
        let next = last.map { "\"next\":\($0)" } ?? ""
        return "\(place)retry: \(Self.pause)\nevent: end\ndata: {\(next)}\n\n"
    }
}
