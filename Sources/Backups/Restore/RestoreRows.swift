import EventStore
import Events
import MerkleLog
import Synchronization

/// The rows up to the point; what comes after it in the backup is read for the sake of its root.
final class RestoreRows: Sendable {
    /// What the tree of all rows has to be at a size.
    struct Witness: Sendable {
        var checkpoint: Checkpoint
        /// What is the matter where it is not.
        var complaint: BackupError
    }

    private struct State {
        var tree = CompactRange()
        var isBeyond = false
        var removals = BackupRestorer.Removals()
        /// The smallest first.
        var witnesses: ArraySlice<Witness>
        var validKeys = ValidKeys()
    }

    private let source: RowSource
    private let point: RestorePoint
    private let total: Int64
    private let progress: BackupProgress.Handler
    private let state: Mutex<State>

    init(
        _ chain: BackupChain,
        _ point: RestorePoint,
        _ witnesses: [Witness],
        _ progress: @escaping BackupProgress.Handler
    ) {
        source = RowSource(chain.segments)
        self.point = point
        self.progress = progress
        total = chain.newest.manifest.size
        state = Mutex(State(witnesses: witnesses.sorted { $0.checkpoint.size < $1.checkpoint.size }[...]))
    }

    func next() async throws -> RowCopy? {
        while let rows = try await source.next() {
            try add(rows)
            progress(BackupProgress(stage: "restoring", done: rows.range.upperBound, total: total))
            let end = state.withLock { $0.isBeyond } ? rows.range.lowerBound : try point.end(in: rows)
            if end < rows.range.upperBound {
                state.withLock { $0.isBeyond = true }
                try note(rows, from: end)
            }
            guard end > rows.range.lowerBound else { continue }
            let wanted = try rows.cut(below: end)
            try state.withLock { try $0.validKeys.follow(wanted) }
            return wanted
        }
        return nil
    }

    func cancel() async { await source.cancel() }

    /// The keys that may sign at the point.
    var validKeys: Set<String> { state.withLock { $0.validKeys.ids } }

    var removals: BackupRestorer.Removals { state.withLock { $0.removals } }

    /// What comes after the point says what is to be in no log any more.
    private func note(_ rows: RowCopy, from position: Int64) throws {
        let types: Set<EventType> = [Log.PersonalErased.type, Logs.PayloadsReleased.type]
        for fact in try rows.facts(of: types, from: position) {
            if fact.type == Log.PersonalErased.type {
                let person = try Log.PersonalErased(data: fact.data, personal: nil).userID
                state.withLock { state in
                    if !state.removals.erased.contains(person) { state.removals.erased.append(person) }
                }
            } else {
                let release = try Logs.PayloadsReleased(data: fact.data, personal: nil)
                state.withLock { $0.removals.released.append(release) }
            }
        }
    }

    /// The tree of all that is in the backup must be the one that was signed.
    func check(against checkpoint: Checkpoint) throws {
        let tree = state.withLock { $0.tree }
        guard tree.size == checkpoint.size, tree.root == checkpoint.root else {
            throw BackupError(.damaged, "The events of the backup are not those that its checkpoint signs.")
        }
    }

    private func add(_ rows: RowCopy) throws {
        try state.withLock { state in
            for leaf in rows.leaves {
                state.tree.append(leaf)
                while let witness = state.witnesses.first, witness.checkpoint.size <= state.tree.size {
                    state.witnesses.removeFirst()
                    guard
                        witness.checkpoint.size < state.tree.size || witness.checkpoint.root == state.tree.root
                    else { throw witness.complaint }
                }
            }
        }
    }
}
