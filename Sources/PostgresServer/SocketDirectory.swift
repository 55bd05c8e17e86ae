#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The directory of the server's Unix socket: within the cluster, unless that path is too long for a socket address.
struct SocketDirectory: Sendable, Equatable {
    /// How clients name it.
    let path: String
    /// How the server, whose working directory is the cluster's `data`, names it.
    let serverPath: String

    #if os(Linux)
        static let longestAddress = 107
    #else
        static let longestAddress = 103
    #endif
    static let port = 5432
    static var socketName: String { ".s.PGSQL.\(port)" }

    /// Chooses the directory and makes it ready for the server's account, closed to everybody else.
    static func prepare(_ layout: ClusterLayout, _ account: ServerAccount) throws(PrivateClusterError) -> Self {
        if "\(layout.socket)/\(socketName)".utf8.count <= longestAddress {
            return SocketDirectory(path: layout.socket, serverPath: "../socket")
        }
        // Never a directory that a login session owns (/run/user): it goes when the session ends, the server stays.
        let parent = geteuid() == 0 && PosixFile.isDirectory("/run") ? "/run" : "/tmp"
        let path = "\(parent)/daybook-\(account.uid)-\(fingerprint(layout.dataDirectory))"
        try close(path, to: account)
        return SocketDirectory(path: path, serverPath: path)
    }

    /// Removes a directory that was made outside the cluster; one that is not empty stays.
    static func remove(_ serverPath: String) {
        if serverPath.hasPrefix("/run/daybook-") || serverPath.hasPrefix("/tmp/daybook-") { rmdir(serverPath) }
    }

    /// Makes a directory in a place where others write too, and trusts it only if it is ours alone: otherwise
    /// somebody could have put it there to play the server.
    private static func close(_ path: String, to account: ServerAccount) throws(PrivateClusterError) {
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw .system("make the socket directory \(path)", errno) }
        guard let status = PosixFile.status(path, followingLinks: false),
            status.st_mode & S_IFMT == S_IFDIR, status.st_uid == account.uid || status.st_uid == geteuid(),
            status.st_mode & 0o022 == 0
        else {
            throw PrivateClusterError(
                .permissionDenied,
                "\(path), needed for PostgreSQL's socket, belongs to somebody else. Remove it, or use a shorter data directory."
            )
        }
        try PosixFile.makeDirectory(path, mode: 0o700, owner: (account.uid, account.gid))
    }

    /// A short name for a path (FNV-1a, 64 bits), the same in every process. Squatting is checked, not prevented.
    static func fingerprint(_ path: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in path.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return String(hash, radix: 36)
    }
}
