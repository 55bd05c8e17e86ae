import Synchronization

/// The repositories in which schedules made something since these were last pruned.
///
/// Where none is made any more none is removed either: rules that go by age would leave next to nothing.
final class PruningsDue: Sendable {
    private let repositories = Mutex<Set<String>>([])

    func add(_ repository: String) { repositories.withLock { _ = $0.insert(repository) } }

    /// Hands them over: none is due any more.
    func take() -> Set<String> {
        repositories.withLock { due in
            defer { due = [] }
            return due
        }
    }
}
