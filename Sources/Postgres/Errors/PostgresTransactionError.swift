/// Why a transaction did not take effect, each cause kept apart.
///
/// `body` is what the closure threw; `rollback` is set only when undoing failed as well. Exactly one of `begin`,
/// `body` and `commit` is set.
package struct PostgresTransactionError: Error, Sendable, CustomStringConvertible {
    package var begin: (any Error)?
    package var body: (any Error)?
    package var commit: (any Error)?
    package var rollback: (any Error)?

    /// What went wrong first.
    package var cause: any Error {
        begin ?? body ?? commit ?? rollback ?? self
    }

    /// `cause` if the database is the one that complained.
    package var postgres: PostgresError? { cause as? PostgresError }

    /// Whether the same transaction, tried again from its start, may succeed.
    package var isRetryable: Bool { postgres?.isRetryable ?? false }

    package var description: String {
        var parts: [String] = []
        if let begin { parts.append("begin: \(begin)") }
        if let body { parts.append("body: \(body)") }
        if let commit { parts.append("commit: \(commit)") }
        if let rollback { parts.append("rollback: \(rollback)") }
        return "PostgresTransactionError(\(parts.joined(separator: "; ")))"
    }
}
