package import Logging
import Synchronization

/// From which level on entries are written, and from which on they become events. Changed while the process runs.
package final class LogLevels: Sendable {
    private let outputLevel: Atomic<UInt8>
    private let eventLevel: Atomic<UInt8>
    private let lowest: Atomic<UInt8>

    /// - Parameters:
    ///   - output: written at or above.
    ///   - events: recorded at or above.
    package init(output: Logger.Level, events: Logger.Level) {
        outputLevel = Atomic(output.rank)
        eventLevel = Atomic(events.rank)
        lowest = Atomic(min(output.rank, events.rank))
    }

    /// Written at or above.
    package var output: Logger.Level {
        get { Logger.Level.ranked[Int(outputLevel.load(ordering: .relaxed))] }
        set {
            outputLevel.store(newValue.rank, ordering: .relaxed)
            settle()
        }
    }

    /// Recorded at or above.
    package var events: Logger.Level {
        get { Logger.Level.ranked[Int(eventLevel.load(ordering: .relaxed))] }
        set {
            eventLevel.store(newValue.rank, ordering: .relaxed)
            settle()
        }
    }

    /// What is below this is not even taken down.
    var threshold: Logger.Level { Logger.Level.ranked[Int(lowest.load(ordering: .relaxed))] }

    func writes(_ level: Logger.Level) -> Bool { level.rank >= outputLevel.load(ordering: .relaxed) }
    func records(_ level: Logger.Level) -> Bool { level.rank >= eventLevel.load(ordering: .relaxed) }

    private func settle() {
        lowest.store(
            min(outputLevel.load(ordering: .relaxed), eventLevel.load(ordering: .relaxed)),
            ordering: .relaxed
        )
    }
}

extension Logger.Level {
    /// The levels from trace to critical.
    static let ranked: [Logger.Level] = [.trace, .debug, .info, .notice, .warning, .error, .critical]

    /// 0 for trace to 6 for critical.
    package var rank: UInt8 {
        switch self {
        case .trace: 0
        case .debug: 1
        case .info: 2
        case .notice: 3
        case .warning: 4
        case .error: 5
        case .critical: 6
        }
    }
}
