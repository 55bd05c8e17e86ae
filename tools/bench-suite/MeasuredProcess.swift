import Foundation

/// A program that runs to its end, and what it took.
struct MeasuredProcess {
    /// How long it ran.
    var seconds: Double
    /// The most memory that it had resident, in MB; what it started is not in it.
    var peak: Double

    /// Runs a program. One without a slash is taken from beside the benchmark.
    ///
    /// - Throws: where it does not start, or ends with anything but 0.
    static func run(
        _ program: String,
        _ arguments: [String],
        environment: [String: String] = [:]
    ) async throws -> MeasuredProcess {
        let process = Process()
        let programs = (Bundle.main.executableURL ?? URL(fileURLWithPath: "/")).resolvingSymlinksInPath()
        process.executableURL =
            program.contains("/")
            ? URL(fileURLWithPath: program) : programs.deletingLastPathComponent().appendingPathComponent(program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = FileHandle.nullDevice
        let begin = ContinuousClock.now
        try process.run()
        let pid = process.processIdentifier
        let peak = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var peak = 0.0
                while process.isRunning {
                    peak = max(peak, (try? Self.peak(of: "\(pid)")) ?? 0)
                    usleep(10_000)
                }
                continuation.resume(returning: peak)
            }
        }
        let seconds = Stopwatch.seconds(ContinuousClock.now - begin)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchOptions.Mistake(description: "\(program) ended with \(process.terminationStatus)")
        }
        return MeasuredProcess(seconds: seconds, peak: peak)
    }

    /// The most memory that a process had resident so far, in MB.
    static func peak(of process: String = "self") throws -> Double {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return (line.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0) / 1_024
    }
}
