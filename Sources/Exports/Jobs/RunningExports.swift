import Synchronization

/// The exports that are being made in this process.
final class RunningExports: Sendable {
    struct Progress: Sendable, Hashable {
        var rows: Int64 = 0
        var total: Int64?
    }

    private struct Running {
        var progress = Progress()
        var task: Task<Void, Never>?
    }

    private let exports = Mutex<[String: Running]>([:])
    /// Those that others make: looked at again after this.
    private let left = Mutex<[String: ContinuousClock.Instant]>([:])

    func begin(_ id: String) { exports.withLock { $0[id] = Running() } }

    func attach(_ task: Task<Void, Never>, to id: String) { exports.withLock { $0[id]?.task = task } }

    func update(_ id: String, _ progress: Progress) { exports.withLock { $0[id]?.progress = progress } }

    func end(_ id: String) { exports.withLock { $0[id] = nil } }

    func progress(of id: String) -> Progress? { exports.withLock { $0[id]?.progress } }

    /// Leaves one to others for a while.
    func leave(_ id: String, for pause: Duration) { left.withLock { $0[id] = .now + pause } }

    /// Whether one may be looked at.
    func isFree(_ id: String) -> Bool {
        guard !isRunning(id) else { return false }
        return left.withLock { left in
            guard let until = left[id] else { return true }
            guard until <= .now else { return false }
            left[id] = nil
            return true
        }
    }

    func isRunning(_ id: String) -> Bool { exports.withLock { $0[id] != nil } }

    var ids: [String] { exports.withLock { Array($0.keys) } }

    /// Stops one, if it is made here.
    func stop(_ id: String) { exports.withLock { $0[id]?.task }?.cancel() }
}
