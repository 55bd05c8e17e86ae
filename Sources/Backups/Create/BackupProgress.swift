/// How far long work is.
package struct BackupProgress: Sendable, Hashable {
    /// What is being done.
    package var stage: String
    /// Events done so far.
    package var done: Int64
    /// Events to do.
    package var total: Int64

    /// Hears of it, in order.
    package typealias Handler = @Sendable (BackupProgress) -> Void
}
