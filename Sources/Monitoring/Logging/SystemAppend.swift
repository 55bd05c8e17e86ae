import EventStore

/// What the log said to events that the system says of itself.
enum SystemAppend: Sendable {
    /// They are in the log.
    case recorded
    /// They never will be, as they are, and why.
    case refused(AppendError)
    /// Not now; tried again they may be.
    case failed
}

extension EventStore {
    /// Appends what the system says of itself.
    func attempt(_ events: [NewEvent], on stream: String) async -> SystemAppend {
        do {
            _ = try await append(
                AppendRequest(streams: [StreamAppend(stream: stream, events: events)], actor: Self.systemActor)
            )
            return .recorded
        } catch let error as AppendError where error.isLasting {
            return .refused(error)
        } catch {
            return .failed
        }
    }
}

extension AppendError {
    /// Whether trying again is of no use.
    fileprivate var isLasting: Bool {
        switch code {
        case .invalidRequest, .refused, .idReused: true
        default: false
        }
    }
}
