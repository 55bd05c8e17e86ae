#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How much memory this machine, or the container that we are in, has.
enum MachineMemory {
    /// In megabytes; a cautious 1,024 where the system does not say.
    static func megabytes() -> Int {
        let pages = sysconf(Int32(_SC_PHYS_PAGES))
        let physical = pages > 0 ? Int(pages) / 1024 * Int(sysconf(Int32(_SC_PAGESIZE))) / 1024 : 1024
        // "max" where there is no limit, which is no number.
        let limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].compactMap {
            PosixFile.text($0, limit: 64).flatMap { Int($0.prefix { $0.isNumber }) }
        }
        return max(64, limits.reduce(physical) { min($0, $1 / 1_048_576) })
    }
}
