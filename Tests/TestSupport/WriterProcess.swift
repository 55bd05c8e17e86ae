import EventStore
package import Foundation
import MerkleLog
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A process of its own that appends to a log and says what was acknowledged (`tools/faults/writer`), to be killed.
package final class WriterProcess: Sendable {
    private struct State {
        var acknowledged: [FaultLoad.Acknowledgement] = []
        var rest = ""
        var isOver = false
    }

    private let processID: Int32
    private let state = Mutex(State())

    /// Starts one. It stands beside the program that runs, where the package manager puts executables.
    package init(url: String, keys: URL, prefix: String, lanes: Int = 16) throws {
        let process = Process()
        let programs = (Bundle.main.executableURL ?? URL(fileURLWithPath: "/")).resolvingSymlinksInPath()
        process.executableURL = programs.deletingLastPathComponent().appendingPathComponent("fault-writer")
        process.arguments = [url, keys.path, prefix, String(lanes)]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        processID = process.processIdentifier
        Thread.detachNewThread { [self] in
            while true {
                let data = output.fileHandleForReading.availableData
                if data.isEmpty { break }
                take(String(decoding: data, as: UTF8.self))
            }
            process.waitUntilExit()
            state.withLock { $0.isOver = true }
        }
    }

    /// What it has acknowledged so far.
    package var acknowledged: [FaultLoad.Acknowledgement] { state.withLock { $0.acknowledged } }

    /// Waits until it has acknowledged so many.
    package func wait(for count: Int) async throws {
        while acknowledged.count < count {
            guard !state.withLock({ $0.isOver }) else { throw CocoaError(.executableRuntimeMismatch) }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// `kill -9` once it has acknowledged so many; returns all that it managed to acknowledge.
    package func killed(after count: Int) async throws -> [FaultLoad.Acknowledgement] {
        try await wait(for: count)
        kill(processID, SIGKILL)
        while !state.withLock({ $0.isOver }) { try await Task.sleep(for: .milliseconds(2)) }
        return acknowledged
    }

    /// Lines of `name position version id leaf`; the last one may have been cut short with the process.
    private func take(_ text: String) {
        state.withLock { state in
            state.rest += text
            while let end = state.rest.firstIndex(of: "\n") {
                let fields = state.rest[..<end].split(separator: " ")
                state.rest.removeSubrange(...end)
                guard fields.count == 5, let position = Int64(fields[1]), let version = Int64(fields[2]),
                    let id = UUID(uuidString: String(fields[3])), let leaf = Hash(hex: String(fields[4]))
                else { continue }
                let event = Receipt.Event(position: position, id: id, stream: "", version: version, leaf: leaf)
                state.acknowledged.append(FaultLoad.Acknowledgement(name: String(fields[0]), event: event))
            }
        }
    }
}
