import Dispatch
import Foundation
import Synchronization

/// A program that we did not write, run to its end.
///
/// Waits on a thread of its own: a program that talks to a server of the same test would otherwise wait, on one of the
/// few threads that tasks share, for a server that has none left to answer on.
package struct Program: Sendable {
    /// How it ended, and all that it said.
    package struct Outcome: Sendable {
        package var status: Int32
        package var output: String
        package var errors: String
    }

    /// - Parameters:
    ///   - command: a program that is looked for where programs are, or its path, and its arguments.
    ///   - input: what stands on its standard input.
    /// - Throws: where it cannot be started.
    package static func run(_ command: [String], input: [UInt8] = []) async throws -> Outcome {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try runHere(command, input: input) })
            }
        }
    }

    /// The same on the thread of the caller, which must not be one that tasks share where it talks to this process.
    package static func runHere(_ command: [String], input: [UInt8] = []) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        let (standardInput, output, errors) = (Pipe(), Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let listening = DispatchGroup()
        let complaint = Mutex(Data())
        DispatchQueue.global().async(group: listening) {
            let data = errors.fileHandleForReading.readDataToEndOfFile()
            complaint.withLock { $0 = data }
        }
        // It may be gone before it is told anything; how it ended says so.
        try? standardInput.fileHandleForWriting.write(contentsOf: Data(input))
        try? standardInput.fileHandleForWriting.close()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        listening.wait()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus,
            output: String(decoding: said, as: UTF8.self),
            errors: complaint.withLock { String(decoding: $0, as: UTF8.self) }
        )
    }
}
