#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension ClusterHost {
    /// Megabytes that a new cluster and its first write-ahead log take, with room to work.
    private static var neededMegabytes: UInt64 { 300 }

    /// Whether the cluster exists, complete and of our release.
    func checkExistingCluster() throws(PrivateClusterError) -> Bool {
        guard let status = PosixFile.status(layout.data), status.st_mode & S_IFMT == S_IFDIR else { return false }
        guard let text = PosixFile.text("\(layout.data)/PG_VERSION", limit: 16) else {
            throw PrivateClusterError(
                .unusableDataDirectory,
                "\(layout.data) is not a PostgreSQL cluster: it has no PG_VERSION. Move it away, or use another data directory."
            )
        }
        let version = text.prefix { $0.isNumber }
        guard version == "\(PostgresInstallation.majorVersion)" else {
            throw PrivateClusterError(
                .unusableDataDirectory,
                """
                \(layout.data) is a cluster of PostgreSQL \(version), but Daybook runs \
                \(PostgresInstallation.majorVersion). Bring it over with pg_upgrade, or use another data directory.
                """
            )
        }
        return true
    }

    /// Makes the cluster beside its final place and moves it there when it is complete.
    func initialize(_ installation: PostgresInstallation, progress: ClusterProgressHandler) async throws {
        progress(.initializing)
        try checkFreeSpace()
        try await removeUnfinished()
        // A name of its own: the `initdb` of a killed first start may still be running.
        let name = ClusterLayout.unfinishedPrefix + String(UInt64.random(in: 0 ... .max), radix: 36)
        let unfinished = "\(layout.home)/\(name)"
        try PosixFile.makeDirectory(unfinished, mode: 0o700, owner: (account.uid, account.gid))
        let path = try await serverPath(name)

        var command = [
            installation.initdb, "--pgdata=\(path)", "--username=\(ClientAuthentication.user)", "--encoding=UTF8",
            "--locale=C.UTF-8", "--data-checksums", "--auth=peer",
        ]
        if options.durability == .none { command.append("--no-sync") }
        try await run(command, input: "")
        try await run(
            [installation.postgres, "--single", "-D", path, "-c", "exit_on_error=true", "template1"],
            input: "CREATE DATABASE \(ClientAuthentication.database)\n"
        )
        if rename(unfinished, layout.data) != 0 { throw PrivateClusterError.system("name \(layout.data)", errno) }
        unlink(layout.startupOutput)
    }

    /// Removes halves of clusters, from first starts that were killed. As their owner, who can be led no further by
    /// links than he could go himself.
    private func removeUnfinished() async throws(PrivateClusterError) {
        for name in PosixFile.names(in: layout.home) where name.hasPrefix(ClusterLayout.unfinishedPrefix) {
            let path = try await serverPath(name)
            _ = try await ChildProcess.run(
                ["rm", "-rf", "--", path],
                as: account,
                output: layout.startupOutput,
                lending: layout.home
            )
            rmdir("\(layout.home)/\(name)")
        }
    }

    private func run(_ command: [String], input: String) async throws(PrivateClusterError) {
        let status = try await ChildProcess.run(
            command,
            as: account,
            input: input,
            output: layout.startupOutput,
            lending: layout.home
        )
        guard status == 0 else {
            let words = (PosixFile.text(layout.startupOutput) ?? "").split(separator: "\n").suffix(6)
            throw .program(command[0], failedWith: words.joined(separator: "\n"), as: .initializationFailed)
        }
    }

    private func checkFreeSpace() throws(PrivateClusterError) {
        var space = statvfs()
        guard statvfs(layout.home, &space) == 0 else { throw .system("ask for free space in \(layout.home)", errno) }
        let megabytes = UInt64(space.f_bavail) * UInt64(space.f_frsize) / 1_048_576
        guard megabytes >= Self.neededMegabytes else {
            throw PrivateClusterError(
                .diskFull,
                "\(layout.home) has \(megabytes) MB free, and a new cluster needs \(Self.neededMegabytes) MB. Free some space."
            )
        }
    }
}
