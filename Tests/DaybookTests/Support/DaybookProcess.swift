import Foundation
import Synchronization

/// The program itself, run as a person or a script would run it.
final class DaybookProcess: Sendable {
    struct Outcome: Sendable {
        /// The exit status; negative where a signal ended it.
        var status: Int32
        var output: String
        var errors: String
    }

    struct TookTooLong: Error, CustomStringConvertible {
        var description: String
    }

    /// What was said so far.
    private struct Speech: Sendable {
        var output = ""
        var errors = ""
    }

    /// Shared with the threads that listen.
    private final class Heard: Sendable {
        private let speech = Mutex(Speech())

        func add(_ body: (inout Speech) -> Void) { speech.withLock { body(&$0) } }
        var all: Speech { speech.withLock { $0 } }
    }

    let id: Int32
    private let speech: Heard
    private let ended: Task<Outcome, Never>

    /// Starts `daybook`, with nothing of this process's environment but where programs are.
    ///
    /// - Parameter input: what stands on its standard input, which is no terminal.
    convenience init(_ arguments: [String], environment: [String: String] = [:], input: String = "") throws {
        try self.init(executable: Self.executable, arguments, environment: environment, input: input)
    }

    /// Starts a program in whose place or under which `daybook` runs.
    init(executable: URL, _ arguments: [String], environment: [String: String], input: String = "") throws {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
            .merging(environment) { $1 }
        let (standardInput, output, errors) = (Pipe(), Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = output
        process.standardError = errors
        let (endings, continuation) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { process in
            let status = process.terminationStatus
            continuation.yield(process.terminationReason == .exit ? status : -status)
            continuation.finish()
        }
        try process.run()
        id = process.processIdentifier
        try? standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try standardInput.fileHandleForWriting.close()
        let speech = Heard()
        self.speech = speech
        let readings = [
            Self.read(output.fileHandleForReading) { text in speech.add { $0.output += text } },
            Self.read(errors.fileHandleForReading) { text in speech.add { $0.errors += text } },
        ]
        ended = Task {
            var status: Int32 = 0
            for await ending in endings { status = ending }
            for reading in readings { for await _ in reading {} }
            let all = speech.all
            return Outcome(status: status, output: all.output, errors: all.errors)
        }
    }

    /// Runs it to its end.
    static func run(
        _ arguments: [String],
        environment: [String: String] = [:],
        input: String = ""
    ) async throws -> Outcome {
        try await DaybookProcess(arguments, environment: environment, input: input).outcome()
    }

    func send(_ signal: Int32) { kill(id, signal) }

    /// How it ended. One that takes longer than ten minutes is killed, and is a failure of the test.
    func outcome() async throws -> Outcome {
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            group.addTask { await self.ended.value }
            group.addTask {
                try await Task.sleep(for: .seconds(600))
                self.send(SIGKILL)
                throw TookTooLong(description: "It did not end. It said: \(self.speech.all)")
            }
            guard let outcome = try await group.next() else { throw CancellationError() }
            group.cancelAll()
            return outcome
        }
    }

    /// Waits until it has said these words on standard output, and returns all that it said there by then.
    func output(containing words: String) async throws -> String {
        try await said(\.output, words)
    }

    /// Waits until it has said these words on standard error.
    func errors(containing words: String) async throws -> String {
        try await said(\.errors, words)
    }

    private func said(
        _ stream: KeyPath<Speech, String>,
        _ words: String
    ) async throws -> String {
        for _ in 0..<9_000 {
            let text = speech.all[keyPath: stream]
            // Whole lines: the rest of one may be on its way.
            if text.contains(words), text.hasSuffix("\n") { return text }
            try await Task.sleep(for: .milliseconds(20))
        }
        send(SIGKILL)
        throw TookTooLong(description: "It never said “\(words)” but: \(speech.all)")
    }

    private static func read(_ handle: FileHandle, _ take: @escaping @Sendable (String) -> Void) -> AsyncStream<Void> {
        AsyncStream { continuation in
            // A thread of its own, since reading blocks.
            Thread.detachNewThread {
                while case let data = handle.availableData, !data.isEmpty {
                    take(String(decoding: data, as: UTF8.self))
                }
                continuation.finish()
            }
        }
    }

    struct NotBuilt: Error, CustomStringConvertible {
        var description: String
    }

    /// The program that was built with the tests, or the one that `DAYBOOK_BINARY` names.
    static var executable: URL {
        get throws {
            if let path = ProcessInfo.processInfo.environment["DAYBOOK_BINARY"] { return URL(fileURLWithPath: path) }
            let tests = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
            var directory = URL(fileURLWithPath: tests).deletingLastPathComponent()
            for _ in 0..<4 {
                let candidate = directory.appendingPathComponent("daybook")
                if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
                directory.deleteLastPathComponent()
            }
            throw NotBuilt(description: "There is no daybook beside \(tests); run: swift build")
        }
    }
}
