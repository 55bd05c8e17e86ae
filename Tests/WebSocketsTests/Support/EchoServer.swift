import Foundation
import Synchronization

/// `socket-echo` in a process of its own, while `body` runs.
struct EchoServer: Sendable {
    let port: Int
    let processID: Int32
    private let exited: AsyncStream<Int32>

    static func run<Outcome>(
        _ arguments: [String: String] = [:],
        _ body: (EchoServer) async throws -> Outcome
    ) async throws -> Outcome {
        let process = Process()
        let programs = (Bundle.main.executableURL ?? URL(fileURLWithPath: "/")).resolvingSymlinksInPath()
        process.executableURL = programs.deletingLastPathComponent().appendingPathComponent("socket-echo")
        process.arguments = arguments.sorted { $0.key < $1.key }.flatMap { ["--" + $0.key, $0.value] }
        let output = Pipe()
        process.standardOutput = output
        let (exited, exit) = AsyncStream<Int32>.makeStream()
        process.terminationHandler = { process in
            exit.yield(process.terminationStatus)
            exit.finish()
        }
        try process.run()
        defer {
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        }
        let (lines, line) = AsyncStream<String>.makeStream()
        Thread.detachNewThread {
            line.yield(String(decoding: output.fileHandleForReading.availableData, as: UTF8.self))
            line.finish()
        }
        var first: String?
        for await text in lines { first = text }
        guard let port = first.flatMap({ Int($0.filter(\.isNumber)) }) else { throw CocoaError(.executableLoad) }
        return try await body(EchoServer(port: port, processID: process.processIdentifier, exited: exited))
    }

    /// Asks it to stop.
    func terminate() { kill(processID, SIGTERM) }

    /// Its exit status, once it has ended.
    func exitStatus() async -> Int32? {
        for await status in exited { return status }
        return nil
    }
}
