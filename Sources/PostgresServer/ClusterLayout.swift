#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where the parts of a cluster lie.
///
/// `postgres/` belongs to the user of the data directory, what the server writes below it to the server's account:
/// so a server that was taken over can neither change its own configuration nor plant links in our way.
struct ClusterLayout: Sendable {
    /// The data directory, absolute and without links.
    let dataDirectory: String

    /// Makes the data directory where it is missing.
    init(dataDirectory: String) throws(PrivateClusterError) {
        try PosixFile.makeDirectories(dataDirectory, mode: Self.directoryMode)
        self.dataDirectory = try PosixFile.resolved(dataDirectory)
    }

    /// Closed to others; root's lets them pass, not look, because the server's account has to reach its part.
    static var directoryMode: mode_t { geteuid() == 0 ? 0o711 : 0o700 }

    var home: String { "\(dataDirectory)/postgres" }
    var data: String { "\(home)/data" }
    /// Clusters in the making have names of their own that begin so: renamed to `data` when they are complete, so
    /// that no half of one is ever started.
    static let unfinishedPrefix = "data.new-"
    var log: String { "\(home)/log" }
    var socket: String { "\(home)/socket" }
    var settings: String { "\(home)/postgresql.conf" }
    /// The operator's own settings: read last, never written.
    var localSettings: String { "\(home)/local.conf" }
    var clientAuthentication: String { "\(home)/pg_hba.conf" }
    var userNames: String { "\(home)/pg_ident.conf" }
    /// What the server says before it opens its log.
    var startupOutput: String { "\(home)/startup.log" }
    var postmasterFile: String { "\(data)/postmaster.pid" }
    /// Shared by everybody who uses the cluster.
    var usersLock: String { "\(dataDirectory)/postgres.lock" }
    /// Held while the cluster is started or stopped.
    var changeLock: String { "\(dataDirectory)/postgres.start.lock" }
}
