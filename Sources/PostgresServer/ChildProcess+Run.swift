#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension ChildProcess {
    /// Runs a program to its end and returns its exit status. Not cut short by cancellation: a half-made cluster
    /// helps nobody, and these programs take seconds.
    static func run(
        _ command: [String],
        as account: ServerAccount? = nil,
        input: String = "",
        output: String,
        lending: String? = nil
    ) async throws(PrivateClusterError) -> Int32 {
        let child = try start(command, as: account, input: input, output: output, lending: lending)
        var pause = Duration.milliseconds(2)
        while true {
            if let status = child.exitStatus() { return status }
            await uncancelledSleep(for: pause)
            pause = min(pause * 2, .milliseconds(50))
        }
    }

    /// The one line that a program prints, for asking versions and places.
    static func output(of command: [String]) async throws(PrivateClusterError) -> String {
        let file = "/tmp/.daybook-\(getpid())-\(UInt64.random(in: 0 ... .max)).out"
        defer { unlink(file) }
        let status = try await run(command, output: file)
        let text = (PosixFile.text(file) ?? "").split(separator: "\n").joined(separator: " ")
        guard status == 0 else { throw .program(command[0], failedWith: text, as: .system) }
        return text
    }
}

/// Sleeps whether or not the task is cancelled, for steps that have to be finished once begun.
func uncancelledSleep(for duration: Duration) async {
    if Task.isCancelled {
        // A cancelled task's sleep returns at once and the caller would spin; a fresh task is not cancelled.
        await Task.detached { try? await Task.sleep(for: duration) }.value
    } else {
        try? await Task.sleep(for: duration)
    }
}
