#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The operating-system account that the server runs as. PostgreSQL refuses to run as root.
struct ServerAccount: Sendable, Equatable {
    let name: String
    let uid: uid_t
    let gid: gid_t

    /// Whether the server runs as somebody else than this process.
    var isOther: Bool { uid != geteuid() }

    /// The account for a cluster: its owner where it exists; else ourselves; else, for root, `postgres`, which
    /// PostgreSQL's packages create, or in its absence `nobody`.
    static func choose(clusterOwner: uid_t?, dataDirectory: String) throws(PrivateClusterError) -> ServerAccount {
        let own = geteuid()
        if let clusterOwner {
            if own == 0, clusterOwner == 0 {
                throw PrivateClusterError(
                    .permissionDenied,
                    """
                    The cluster under \(dataDirectory)/postgres/data belongs to root, as whom PostgreSQL does not run. \
                    If it was copied there, give it back: chown -R postgres: '\(dataDirectory)/postgres/data'
                    """
                )
            }
            if own != 0, own != clusterOwner {
                let owner = account(uid: clusterOwner)?.name ?? "user \(clusterOwner)"
                throw PrivateClusterError(
                    .permissionDenied,
                    "The cluster under \(dataDirectory)/postgres belongs to \(owner): run as \(owner) or as root."
                )
            }
        }
        if let uid = clusterOwner ?? (own == 0 ? nil : own) {
            if let account = account(uid: uid) { return account }
            throw PrivateClusterError(
                .permissionDenied,
                "User id \(uid) has no name in /etc/passwd, without which PostgreSQL does not run: add an entry for it."
            )
        }
        if let account = account(named: "postgres") ?? account(named: "nobody") { return account }
        throw PrivateClusterError(
            .permissionDenied,
            "There is no account to run PostgreSQL as: add one with: adduser --system --group postgres"
        )
    }

    static func account(uid: uid_t) -> ServerAccount? {
        lookUp { entry, buffer, size, result in getpwuid_r(uid, entry, buffer, size, result) }
    }

    static func account(named name: String) -> ServerAccount? {
        lookUp { entry, buffer, size, result in getpwnam_r(name, entry, buffer, size, result) }
    }

    private static func lookUp(
        _ query: (
            UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int,
            UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
        ) -> Int32
    ) -> ServerAccount? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
            var entry = passwd()
            var result: UnsafeMutablePointer<passwd>?
            guard let base = buffer.baseAddress, query(&entry, base, buffer.count, &result) == 0, result != nil,
                let name = entry.pw_name
            else { return nil }
            return ServerAccount(name: String(cString: name), uid: entry.pw_uid, gid: entry.pw_gid)
        }
    }
}
