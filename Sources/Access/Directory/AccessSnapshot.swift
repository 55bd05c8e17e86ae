/// Access as it stands after the first `size` events of the log. Never changes, so readers need no lock.
package final class AccessSnapshot: Sendable {
    /// Who may do what, and who may sign in.
    package let model: AccessModel
    /// How many events of the log it has seen.
    package let size: Int64

    /// A model and how far it has come.
    package init(model: AccessModel, size: Int64) {
        self.model = model
        self.size = size
    }
}
