/// What a cluster is busy with while its caller waits.
package enum ClusterProgress: Sendable, Equatable {
    /// The first use of a data directory: the cluster is being made.
    case initializing
    /// Another process is starting or stopping the same cluster.
    case waitingForAnotherProcess
    /// Sessions of a server that was killed are still ending.
    case waitingForOldSessions
    case starting
    /// The last shutdown was not clean: the server is replaying what its disk holds. With its own latest words.
    case recovering(elapsed: Duration, detail: String?)
    /// A server that was running already is used.
    case adopted
    case ready
    case stopping
}

extension ClusterProgress: CustomStringConvertible {
    package var description: String {
        switch self {
        case .initializing: "making a private PostgreSQL cluster"
        case .waitingForAnotherProcess: "waiting for another process that is starting or stopping PostgreSQL"
        case .waitingForOldSessions: "waiting for the sessions of a killed PostgreSQL server to end"
        case .starting: "starting PostgreSQL"
        case .recovering(let elapsed, let detail):
            "PostgreSQL is recovering after a crash (\(elapsed.components.seconds) s)"
                + (detail.map { ": \($0)" } ?? "")
        case .adopted: "PostgreSQL is running already"
        case .ready: "PostgreSQL is ready"
        case .stopping: "stopping PostgreSQL"
        }
    }
}
