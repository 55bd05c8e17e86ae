import App
import PostgresServer
import ProjectionEngine
import Synchronization

/// Tells the person who waits what the start is busy with: only what takes long, and each thing once.
final class StartReport: Sendable {
    private struct State {
        var told: Set<String> = []
        var bars: [String: ProgressBar] = [:]
    }

    private let console: Console
    private let state = Mutex(State())

    init(_ console: Console) { self.console = console }

    var handlers: StartProgress {
        StartProgress(
            cluster: { progress in self.note(progress) },
            projections: { progress in self.note(progress) }
        )
    }

    func note(_ progress: ClusterProgress) {
        switch progress {
        case .initializing: note("Making a private PostgreSQL cluster; this happens once.")
        case .recovering: note("PostgreSQL is recovering after a crash.")
        case .waitingForAnotherProcess, .waitingForOldSessions: note("Still \(progress).")
        case .starting, .adopted, .ready, .stopping: break
        }
    }

    private func note(_ text: String) {
        if state.withLock({ $0.told.insert(text).inserted }) { console.note(text) }
    }

    private func note(_ progress: ProjectionProgress) {
        let bar = state.withLock { state in
            let known = state.bars[progress.projection]
            let bar = known ?? ProgressBar(console, "Read model \(progress.projection)", unit: "events")
            state.bars[progress.projection] = bar
            return bar
        }
        bar.update(progress.position, of: progress.total)
        if progress.phase == .switching { bar.finish(succeeded: progress.total > 0) }
    }
}
