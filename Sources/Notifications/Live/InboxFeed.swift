import Synchronization

/// Where the updates of an inbox go: a connection that is written to without waiting.
package protocol InboxReceiver: Sendable {
    /// Takes an update at once; false if it takes none any more.
    func offer(_ update: InboxUpdate) -> Bool

    /// Takes an update as soon as there is room for it. Throws when it takes none any more.
    func send(_ update: InboxUpdate) async throws

    /// Has the program behind it go if it is known that it may hear nothing any more.
    func beat() async

    /// Has the program behind it go unless it is known that it may still hear what comes.
    func recheck() async

    /// What comes next cannot be read: the program is to come back, after the position where it is.
    func fail(_ error: any Error)

    /// The server shuts down.
    func finish()
}

/// What changes in an inbox, told to one program: what it missed first, once and in order, and then whatever comes.
///
/// There is no task of its own while nothing has to be read, and nothing is kept for the program: what comes while it
/// reads what it missed, it reads as well. So thousands can be idle at little cost.
package final class InboxFeed: InboxListener {
    private enum Phase {
        /// It listens alone for whether the program may still hear anything.
        case idle
        /// It reads; `again` if more came since it began to.
        case reading(again: Bool)
        case live
        case over
    }

    private struct State {
        var phase = Phase.idle
        var place = InboxPlace(-1)
    }

    let user: String
    private let service: NotificationService
    private let receiver: any InboxReceiver
    private let state = Mutex(State())

    init(_ service: NotificationService, of user: String, to receiver: any InboxReceiver) {
        self.service = service
        self.user = user
        self.receiver = receiver
    }

    /// Where the newest of what the receiver took stands: a program that comes back goes on after it. Nil while nothing was.
    package var position: Int64? { state.withLock { $0.place.last >= 0 ? $0.place.last : nil } }

    /// Begins, with what came after a position; with what comes from now on where that is nil. Returns when the program
    /// has what it missed. Where it throws it has not begun, and may be begun again.
    ///
    /// - Returns: false, and does nothing, if it has begun before.
    package func begin(after position: Int64?) async throws -> Bool {
        let isFirst = state.withLock { state in
            guard case .idle = state.phase else { return false }
            state.phase = .reading(again: false)
            return true
        }
        guard isFirst else { return false }
        // It listens already, so that nothing falls between that and the look back.
        do { try await read(after: position ?? .max) } catch {
            state.withLock { state in
                guard case .reading = state.phase else { return }
                state.phase = .idle
            }
            throw error
        }
        return true
    }

    /// Ends: nothing more is told.
    package func end() {
        state.withLock { $0.phase = .over }
        service.hub.end(self)
    }

    private func read(after position: Int64) async throws {
        var last = position
        repeat {
            last = try await service.catchUp(user, after: last) { update in
                try await receiver.send(update)
                state.withLock { $0.place.read(update) }
            }
        } while !goLive()
    }

    /// False if something came that has to be read first.
    private func goLive() -> Bool {
        state.withLock { state in
            switch state.phase {
            case .reading(again: true):
                state.phase = .reading(again: false)
                return false
            case .reading(again: false):
                state.phase = .live
                return true
            case .idle, .live, .over: return true
            }
        }
    }

    // MARK: Called by the hub

    func hear(_ update: InboxUpdate) {
        state.withLock { state in
            switch state.phase {
            case .reading: state.phase = .reading(again: true)
            case .live:
                var place = state.place
                guard let news = place.hear(update) else { return }
                if receiver.offer(news) { state.place = place } else { state.phase = .over }
            case .idle, .over: break
            }
        }
    }

    func miss() {
        let last = state.withLock { state -> Int64? in
            switch state.phase {
            case .live:
                state.phase = .reading(again: false)
                return state.place.last
            case .reading:
                state.phase = .reading(again: true)
                return nil
            case .idle, .over: return nil
            }
        }
        guard let last else { return }
        Task {
            do { try await read(after: last) } catch { receiver.fail(error) }
        }
    }

    func beat() async { await receiver.beat() }

    func recheck() async { await receiver.recheck() }

    func finish() { receiver.finish() }
}
