import Files
import Foundation
import PostgresServer
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Directories for clusters of this test process, removed at its exit; those of processes that crashed are removed
/// by the next.
package enum TemporaryClusters {
    private static let base = "/tmp/daybook-tests-\(geteuid())"

    /// Makes a new directory that lasts as long as the process, or until ``remove(_:)``.
    package static func makeDirectory() throws -> String {
        try makeBase()
        // Whoever cleans up holds the same lock, so that nobody takes a directory for stale before its owner locks it.
        let gate = try FileLock(path: "\(base)/.lock")
        while !gate.attempt(.exclusive) { usleep(5_000) }
        removeStale()
        let directory = "\(base)/\(getpid())-\(String(UInt32.random(in: 0 ... .max), radix: 36))"
        guard mkdir(directory, 0o711) == 0 else { throw CocoaError(.fileWriteUnknown) }
        let owner = try FileLock(path: "\(directory)/owner.lock")
        _ = owner.attempt(.exclusive)
        ExitCleanup.shared.add(directory, owner)
        return directory
    }

    /// Ends the server of a directory at once and removes the directory.
    package static func remove(_ directory: String) {
        endServer(directory)
        try? FileManager.default.removeItem(atPath: directory)
        ExitCleanup.shared.forget(directory)
    }

    private static func makeBase() throws {
        mkdir(base, 0o711)
        var status = stat()
        guard lstat(base, &status) == 0, status.st_uid == geteuid(), status.st_mode & S_IFMT == S_IFDIR else {
            throw CocoaError(.fileWriteNoPermission)
        }
        chmod(base, 0o711)
    }

    private static func removeStale() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? [] where !name.hasPrefix(".") {
            let directory = "\(base)/\(name)"
            if let owner = try? FileLock(path: "\(directory)/owner.lock"), owner.attempt(.exclusive) {
                endServer(directory)
                try? FileManager.default.removeItem(atPath: directory)
            }
        }
    }

    /// Immediate shutdown: nothing in the directory is wanted any more.
    fileprivate static func endServer(_ directory: String) {
        guard let id = PrivateCluster.serverProcess(dataDirectory: directory) else { return }
        kill(id, SIGCONT)
        kill(id, SIGQUIT)
        for round in 0..<500 where PrivateCluster.serverProcess(dataDirectory: directory) != nil {
            if round == 300 { kill(id, SIGKILL) }
            usleep(10_000)
        }
        // A child of this process that nobody waits for stays, and is in the way of whoever waits for any child.
        for _ in 0..<500 where waitpid(id, nil, WNOHANG) == 0 { usleep(10_000) }
    }
}

/// What is to be removed when the process ends.
private final class ExitCleanup: Sendable {
    static let shared = ExitCleanup()

    private let directories = Mutex<[String: FileLock]>([:])

    private init() {
        atexit {
            for directory in ExitCleanup.shared.directories.withLock({ Array($0.keys) }) {
                TemporaryClusters.remove(directory)
            }
        }
    }

    func add(_ directory: String, _ owner: FileLock) { directories.withLock { $0[directory] = owner } }
    func forget(_ directory: String) { _ = directories.withLock { $0.removeValue(forKey: directory) } }
}
