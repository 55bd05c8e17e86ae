import Synchronization

/// Counts the answers that last, such as streams of events and polls that wait, so that no user takes all connections with them.
final class LastingReplies: Sendable {
    /// How many of one user last at a time.
    static let maximumPerActor = 20

    private let byActor = Mutex<[String: Int]>([:])

    /// A place for one more of a user's; throws where there is no room.
    func enter(_ actor: String) throws(Problem) -> LastingPlace {
        let hasRoom = byActor.withLock { counts -> Bool in
            guard counts[actor, default: 0] < Self.maximumPerActor else { return false }
            counts[actor, default: 0] += 1
            return true
        }
        guard hasRoom else {
            throw Problem(
                .tooManyLasting,
                "\(Self.maximumPerActor) streams and polls of yours are open, as many as may be. End one first.",
                headers: [.retryAfter(.seconds(30))]
            )
        }
        return LastingPlace(self, actor)
    }

    fileprivate func leave(_ actor: String) {
        byActor.withLock { counts in
            let left = counts[actor, default: 1] - 1
            counts[actor] = left > 0 ? left : nil
        }
    }
}

/// The place of one answer that lasts. It is free again when it is left or let go of: also where the client was gone before
/// anything of the answer was made.
package final class LastingPlace: Sendable {
    private let all: LastingReplies
    private let actor: Mutex<String?>

    fileprivate init(_ all: LastingReplies, _ actor: String) {
        self.all = all
        self.actor = Mutex(actor)
    }

    deinit { leave() }

    /// The answer has ended.
    package func leave() {
        let left = actor.withLock { held in
            defer { held = nil }
            return held
        }
        if let left { all.leave(left) }
    }
}

extension ProblemKind {
    /// 429: as many streams and polls of the user are open as may be.
    package static let tooManyLasting = Self(
        "too-many-lasting",
        .tooManyRequests,
        "Too many streams and polls are open"
    )
}
