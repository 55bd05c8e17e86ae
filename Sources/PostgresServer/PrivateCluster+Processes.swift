#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension PrivateCluster {
    /// The main process of the server that runs on a data directory, whoever started it, or nil. Changes nothing.
    package static func serverProcess(dataDirectory: String) -> Int32? {
        layout(existing: dataDirectory).flatMap { Postmaster.running($0)?.id }
    }

    /// All processes of the server on a data directory: the main one, its helpers and its sessions (the main one
    /// alone where the system does not tell).
    package static func serverProcesses(dataDirectory: String) -> [Int32] {
        guard let layout = layout(existing: dataDirectory) else { return [] }
        let working = Postmaster.working(in: layout)
        return working.isEmpty ? [Postmaster.running(layout)?.id].compactMap { $0 } : working
    }

    private static func layout(existing dataDirectory: String) -> ClusterLayout? {
        PosixFile.isDirectory(dataDirectory) ? try? ClusterLayout(dataDirectory: dataDirectory) : nil
    }
}
