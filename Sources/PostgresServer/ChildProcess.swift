#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A program started in a session of its own, away from our terminal, descriptors, directory and environment.
///
/// The session matters: Ctrl-C goes to every process of the terminal's foreground group, and a database must not
/// stop before the server that still writes to it.
struct ChildProcess: Sendable {
    let id: pid_t

    /// The descriptor under which a child sees the directory lent to it.
    static let lentDescriptor: Int32 = 9

    #if os(Linux)
        // glibc shows the flag only to sources that define _GNU_SOURCE; its value is part of the binary interface.
        private static let newSession: Int16 = 0x80
    #else
        private static let newSession = Int16(POSIX_SPAWN_SETSID)
    #endif

    private static let environment = [
        "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL=C.UTF-8", "HOME=/", "TZ=UTC",
    ]

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - command: the program's path and its arguments
    ///   - account: run as this account, given up for good; only root may ask for another than its own
    ///   - input: what the program reads, at most 4 kB; nothing by default
    ///   - output: a file for all that the program says, made anew
    ///   - lending: a directory that the program sees as descriptor 9, whoever may walk the path to it
    static func start(
        _ command: [String],
        as account: ServerAccount? = nil,
        input: String = "",
        output: String,
        lending: String? = nil
    ) throws(PrivateClusterError) -> ChildProcess {
        // Anew each time: the last one may be root's, and we its directory's owner.
        unlink(output)
        var pipeEnds: [Int32] = [-1, -1]
        guard pipe(&pipeEnds) == 0 else { throw .system("start \(command[0])", errno) }
        defer { close(pipeEnds[0]) }
        _ = input.utf8CString.withUnsafeBytes { write(pipeEnds[1], $0.baseAddress, $0.count - 1) }
        close(pipeEnds[1])

        var lent: Int32 = -1
        if let lending {
            lent = open(lending, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard lent >= 0 else { throw .system("open \(lending)", errno) }
        }
        defer { if lent >= 0 { close(lent) } }

        #if os(Linux)
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #else
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_adddup2(&actions, pipeEnds[0], 0)
        posix_spawn_file_actions_addopen(
            &actions,
            1,
            output,
            O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW,
            0o600
        )
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        if lent >= 0 { posix_spawn_file_actions_adddup2(&actions, lent, lentDescriptor) }
        // A server that outlives us must hold neither our listening socket nor our locks.
        for descriptor in openDescriptors() where descriptor > 2 && !(lent >= 0 && descriptor == lentDescriptor) {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }

        // Signals that we ignore or block would stay so in the child.
        var every = sigset_t()
        var none = sigset_t()
        sigfillset(&every)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &every)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(
            &attributes,
            newSession | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK)
        )

        let arguments = ["/bin/sh", "-c", #"cd / && umask 077 && exec "$@""#, "sh"] + asUser(account) + command
        var id: pid_t = 0
        let outcome = withCStrings(arguments) { arguments in
            withCStrings(environment) { environment in
                posix_spawn(&id, "/bin/sh", &actions, &attributes, arguments, environment)
            }
        }
        guard outcome == 0 else { throw .system("start \(command[0])", outcome) }
        return ChildProcess(id: id)
    }

    /// The prefix that runs a command as another account, with no privilege and no way back.
    private static func asUser(_ account: ServerAccount?) -> [String] {
        guard let account, account.isOther else { return [] }
        return [
            "setpriv", "--reuid=\(account.uid)", "--regid=\(account.gid)", "--init-groups", "--no-new-privs",
            "--inh-caps=-all", "--",
        ]
    }

    /// Whether the child has ended, and how; a child can be asked until it says so once.
    func exitStatus() -> Int32? {
        var status: Int32 = 0
        guard waitpid(id, &status, WNOHANG) == id else { return nil }
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }

    private static func openDescriptors() -> [Int32] {
        #if os(Linux)
            PosixFile.names(in: "/proc/self/fd").compactMap { Int32($0) }
        #else
            PosixFile.names(in: "/dev/fd").compactMap { Int32($0) }
        #endif
    }

    private static func withCStrings<R>(
        _ strings: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> R
    ) -> R {
        let pointers = strings.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers)
    }
}
