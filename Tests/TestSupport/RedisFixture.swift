import Foundation
package import Redis
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A Redis server of one test's own on a unix socket, to be frozen, killed and brought back. It keeps nothing on disk unless
/// it is to come back with what it had.
package final class RedisFixture: Sendable {
    private let directory: String
    private let isLasting: Bool
    private let serverID = Mutex<pid_t?>(nil)

    private init(directory: String, isLasting: Bool) {
        self.directory = directory
        self.isLasting = isLasting
    }

    /// Lends a server, and removes it afterwards.
    ///
    /// - Parameter isLasting: whether it has its data again when it is started after having been killed.
    @discardableResult
    package static func withRedis<R>(
        isLasting: Bool = false,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (RedisFixture) async throws -> R
    ) async throws -> R {
        _ = removedStale
        let directory = "/tmp/daybook-redis-\(getpid())-\(String(UInt32.random(in: 0 ... .max), radix: 36))"
        guard mkdir(directory, 0o700) == 0 else { throw CocoaError(.fileWriteUnknown) }
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let fixture = RedisFixture(directory: directory, isLasting: isLasting)
        defer { fixture.kill() }
        try await fixture.start()
        return try await body(fixture)
    }

    package var url: String { "unix://\(directory)/socket" }

    /// How to reach it, with patience for a busy machine.
    package var configuration: RedisConfiguration {
        var configuration = RedisConfiguration(place: .socket(path: "\(directory)/socket"))
        configuration.commandTimeout = .seconds(5)
        configuration.connectTimeout = .seconds(5)
        return configuration
    }

    /// Starts it again after `kill`. Returns when it answers.
    package func start() async throws {
        let arguments = [
            "redis-server", "--port", "0", "--unixsocket", "\(directory)/socket", "--dir", directory, "--save", "",
            "--appendonly", isLasting ? "yes" : "no", "--appendfsync", "no", "--logfile", "\(directory)/log",
            "--pidfile", "\(directory)/pid",
        ]
        let pointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var id: pid_t = 0
        guard posix_spawnp(&id, "redis-server", nil, nil, pointers, environ) == 0 else {
            throw CocoaError(.executableNotLoadable)
        }
        serverID.withLock { $0 = id }
        let pool = try RedisPool(configuration: configuration, logger: LogFixture.quiet)
        defer { pool.close() }
        guard await pool.awaitAvailable(within: .seconds(180)) else { throw CocoaError(.executableRuntimeMismatch) }
    }

    /// `kill -9`; returns when it is dead.
    package func kill() {
        guard let id = serverID.withLock({ $0.take() }) else { return }
        Self.signal(id, SIGKILL)
        var status: Int32 = 0
        while waitpid(id, &status, 0) == -1, errno == EINTR {}
        unlink("\(directory)/socket")
    }

    /// Stops it without ending it, as a machine does that hangs.
    package func freeze() { serverID.withLock { id in if let id { Self.signal(id, SIGSTOP) } } }

    /// Lets a frozen server go on.
    package func thaw() { serverID.withLock { id in if let id { Self.signal(id, SIGCONT) } } }

    private static func signal(_ id: pid_t, _ number: Int32) {
        #if canImport(Glibc)
            _ = Glibc.kill(id, number)
        #else
            _ = Darwin.kill(id, number)
        #endif
    }

    /// Servers that test processes left behind which crashed.
    private static let removedStale: Void = {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/tmp")) ?? [] {
            let parts = name.split(separator: "-")
            guard name.hasPrefix("daybook-redis-"), parts.count == 4, let owner = pid_t(parts[2]) else { continue }
            #if canImport(Glibc)
                let isAlive = Glibc.kill(owner, 0) == 0
            #else
                let isAlive = Darwin.kill(owner, 0) == 0
            #endif
            if isAlive { continue }
            let text = try? String(contentsOfFile: "/tmp/\(name)/pid", encoding: .utf8)
            if let id = text.flatMap({ pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) }) {
                signal(id, SIGKILL)
            }
            try? FileManager.default.removeItem(atPath: "/tmp/\(name)")
        }
    }()
}
