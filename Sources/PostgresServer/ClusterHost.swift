#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

package typealias ClusterProgressHandler = @Sendable (ClusterProgress) -> Void

/// A cluster's place, account and options: what starting and stopping it have in common.
///
/// The steps here assume that the caller holds the cluster's change lock.
struct ClusterHost: Sendable {
    let layout: ClusterLayout
    let account: ServerAccount
    let options: ClusterOptions

    init(layout: ClusterLayout, options: ClusterOptions) throws(PrivateClusterError) {
        self.layout = layout
        self.options = options
        self.account = try .choose(
            clusterOwner: PosixFile.status("\(layout.data)/PG_VERSION")?.st_uid,
            dataDirectory: layout.dataDirectory
        )
    }

    /// Makes the directories around the cluster.
    func prepareDirectories() throws(PrivateClusterError) {
        let own = (uid: geteuid(), gid: getegid())
        if !PosixFile.isDirectory(layout.home) {
            try PosixFile.makeDirectory(layout.home, mode: ClusterLayout.directoryMode, owner: own)
        }
        for directory in [layout.log, layout.socket] {
            try PosixFile.makeDirectory(directory, mode: 0o700, owner: (account.uid, account.gid))
        }
    }

    /// Writes the files that the server reads at its start.
    func writeConfiguration() throws(PrivateClusterError) {
        let settings = ClusterSettings(memoryMegabytes: MachineMemory.megabytes(), durability: options.durability)
        // Readable by the server's account, and without secrets.
        let mode: mode_t = account.isOther ? 0o644 : 0o600
        try PosixFile.replace(layout.settings, with: settings.text, mode: mode)
        try PosixFile.replace(layout.clientAuthentication, with: ClientAuthentication.rules, mode: mode)
        try PosixFile.replace(layout.userNames, with: ClientAuthentication.names(account: account), mode: mode)
    }

    /// How the server's account names something under `postgres/`.
    ///
    /// Where it may not walk the path (a data directory below root's home), it gets the directory as an open
    /// descriptor, and goes through that. Changing the modes of directories that are not ours is not for us.
    func serverPath(_ name: String) async throws(PrivateClusterError) -> String {
        guard account.isOther else { return "\(layout.home)/\(name)" }
        let status = try await ChildProcess.run(
            ["test", "-x", layout.log],
            as: account,
            output: layout.startupOutput
        )
        if status == 0 { return "\(layout.home)/\(name)" }
        #if os(Linux)
            return "/proc/self/fd/\(ChildProcess.lentDescriptor)/\(name)"
        #else
            throw PrivateClusterError(
                .permissionDenied,
                "User \(account.name) cannot reach \(layout.home): use a data directory whose parents it may enter."
            )
        #endif
    }
}
