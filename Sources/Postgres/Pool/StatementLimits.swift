/// How long the server may take to answer on a connection, where a statement has no deadline of its own.
///
/// A server that hangs, with its machine's kernel still answering, looks to the client like one that is busy. Without a
/// limit whoever asks would wait for as long as it hangs.
package struct StatementLimits: Sendable, Hashable {
    /// For a statement or a script as a whole.
    package var statement: Duration?
    /// For each batch of a stream and each piece of a COPY: for what is as long as its data is.
    package var batch: Duration?

    /// Limits; nil stands for none.
    package init(statement: Duration? = nil, batch: Duration? = nil) {
        self.statement = statement
        self.batch = batch
    }

    /// Whoever asks waits.
    package static let none = StatementLimits()
}
