import Foundation

/// A server in a process of its own, built beside the benchmark, which says where it listens.
final class ServerProcess {
    let port: Int
    private let process: Process

    /// Starts one, and waits for its first line that ends in the number of a port.
    init(_ program: String, _ arguments: [String], environment: [String: String]? = nil) throws {
        process = Process()
        let programs = (Bundle.main.executableURL ?? URL(fileURLWithPath: "/")).resolvingSymlinksInPath()
        process.executableURL = programs.deletingLastPathComponent().appendingPathComponent(program)
        process.arguments = arguments
        if let environment { process.environment = environment }
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        var said = Data()
        var found: Int?
        while found == nil, case let more = output.fileHandleForReading.availableData, !more.isEmpty {
            said += more
            for line in String(decoding: said, as: UTF8.self).split(separator: "\n") {
                let digits = line.reversed().prefix { $0.isNumber }
                if !digits.isEmpty, let number = Int(String(digits.reversed())) { found = number }
            }
        }
        guard let found else {
            process.terminate()
            throw BenchOptions.Mistake(description: "\(program) did not start")
        }
        port = found
    }

    /// `socket-echo`, or the plain echo that it is measured beside.
    static func echo(isBare: Bool) throws -> ServerProcess {
        try ServerProcess(
            "socket-echo",
            [
                "--bare", isBare ? "1" : "0", "--ping-ms", "600000", "--frames-per-second", "10000000",
                "--frame-burst", "10000000", "--sockets", "20000", "--sockets-per-address", "20000",
                "--sockets-per-actor", "20000",
            ]
        )
    }

    /// What the kernel says that it keeps in memory.
    func residentBytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
            let kibibytes = Int(line.filter(\.isNumber))
        else { throw BenchOptions.Mistake(description: "there is no VmRSS") }
        return kibibytes * 1_024
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }
}
