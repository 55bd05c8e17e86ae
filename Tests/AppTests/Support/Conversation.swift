import Foundation
import JSON
import Synchronization

/// A program that a test talks with by lines.
final class Conversation: Sendable {
    struct Silence: Error, CustomStringConvertible {
        let description: String
    }

    private let heard = Mutex<(lines: [String], isOver: Bool)>(([], false))
    private let input: FileHandle
    private let processID: Int32

    /// Starts a program.
    init(_ command: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        let (standardInput, output) = (Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = output
        process.standardError = output
        input = standardInput.fileHandleForWriting
        try process.run()
        processID = process.processIdentifier
        let handle = output.fileHandleForReading
        // A thread of its own, since reading blocks.
        Thread.detachNewThread {
            var rest = Data()
            while case let data = handle.availableData, !data.isEmpty {
                rest += data
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    let line = String(decoding: rest[..<end], as: UTF8.self)
                    rest = Data(rest[rest.index(after: end)...])
                    self.heard.withLock { $0.lines.append(line) }
                }
            }
            process.waitUntilExit()
            self.heard.withLock { heard in
                if !rest.isEmpty { heard.lines.append(String(decoding: rest, as: UTF8.self)) }
                heard.isOver = true
            }
        }
    }

    deinit { end() }

    /// Starts a script of `Clients` under a Python that has the package `websockets`.
    convenience init(python script: String, _ arguments: String...) throws {
        let file = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Clients/\(script)")
        try self.init(["/usr/bin/python3", "-B", file.path] + arguments)
    }

    /// What it has said so far.
    var lines: [String] { heard.withLock { $0.lines } }

    /// What it has said so far that is JSON.
    var messages: [JSONValue] { lines.compactMap { try? JSONValue(parsing: $0) } }

    /// Says something to it.
    func say(_ line: String) throws { try input.write(contentsOf: Data((line + "\n").utf8)) }

    /// Ends it, without a word.
    func end() { kill(processID, SIGKILL) }

    /// Waits until it has said something, or until a condition holds of all that it has said.
    func until(_ condition: ([String]) -> Bool) async throws {
        for _ in 0..<36_000 {
            let (lines, isOver) = heard.withLock { $0 }
            if condition(lines) { return }
            if isOver { break }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw Silence(description: "It said no more than: \(lines)")
    }

    /// Waits until it has said a line.
    func until(line: String) async throws { try await until { $0.contains(line) } }

    /// Waits until a message came of which something holds, and gives it.
    @discardableResult
    func message(_ condition: (JSONValue) -> Bool) async throws -> JSONValue {
        try await until { _ in messages.contains(where: condition) }
        return messages.last(where: condition) ?? .null
    }

    /// Waits for its end, and gives all that it said.
    func all() async throws -> [String] {
        for _ in 0..<36_000 {
            let (lines, isOver) = heard.withLock { $0 }
            if isOver { return lines }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw Silence(description: "It does not end: \(lines)")
    }
}
