import EventStore
import MerkleLog

/// Access as it stands after the first `size` events of the log. Never changes, so readers need no lock.
package final class AccessSnapshot: Sendable {
    /// Who may do what, and who may sign in.
    package let model: AccessModel
    /// How many events of the log it has seen.
    package let size: Int64
    /// The leaf of the last of them; nil for none. A log that has another one there is another log.
    let leaf: Hash?

    /// A model and how far it has come.
    init(model: AccessModel, size: Int64, leaf: Hash?) {
        self.model = model
        self.size = size
        self.leaf = leaf
    }

    /// The same by the end of the log, where no event in between bears on access. Whoever decides on it says so by naming the
    /// whole size: an appender that was started since knows nothing of what came before it.
    func reaching(_ head: LogHead) -> AccessSnapshot {
        size < head.size ? AccessSnapshot(model: model, size: head.size, leaf: head.leaf) : self
    }
}
