import Foundation
package import JSON

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A server of somebody else's, played by a Python script of `Servers/`, on a free port of this machine.
///
/// The script ends with this process, however that ends: its standard input is closed then.
package final class StandIn: Sendable {
    private let lines: AsyncStream<String>
    /// What it said when it began to listen.
    package let opening: JSONValue

    private init(_ lines: AsyncStream<String>, _ opening: JSONValue) {
        self.lines = lines
        self.opening = opening
    }

    /// Lends one, and ends it afterwards.
    package static func run<R>(
        _ script: String,
        _ arguments: String...,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (StandIn) async throws -> R
    ) async throws -> R {
        let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        let path = folder.appendingPathComponent("Servers/\(script)").path
        let process = try start([python(for: script, below: folder), "-B", path] + arguments)
        defer { process.end() }
        let lines = read(process.output)
        guard let first = await lines.first(where: { _ in true }) else { throw CocoaError(.executableLoad) }
        let opening = try JSONValue(parsing: Array(first.utf8))
        defer {
            if let file = opening["authority"]?.string, !file.isEmpty {
                try? FileManager.default.removeItem(at: URL(fileURLWithPath: file).deletingLastPathComponent())
            }
        }
        return try await body(StandIn(lines, opening))
    }

    /// One that has the library of somebody else that the script looks for, where there is one.
    private static func python(for script: String, below folder: URL) -> String {
        let libraries = ["http_receiver.py": "http-ece", "openid_mock.py": "oidc-provider-mock"]
        guard let library = libraries[script] else { return "/usr/bin/python3" }
        let own = folder.deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent(".build/\(library)/bin/python").path
        return FileManager.default.isExecutableFile(atPath: own) ? own : "/usr/bin/python3"
    }

    /// The next thing that it saw; it is waited for.
    package func next() async throws -> JSONValue {
        guard let line = await lines.first(where: { _ in true }) else { throw CocoaError(.fileReadUnknown) }
        return try JSONValue(parsing: Array(line.utf8))
    }

    /// Where it listens.
    package var port: Int64 { opening["port"]?.int64 ?? 0 }

    /// The file with the certificate that it is known by.
    package var authority: String { opening["authority"]?.string ?? "" }

    // MARK: The process

    /// Not Foundation's: waiting for one of those blocks a thread that the tests need.
    private struct Script {
        let id: pid_t
        let input: Int32
        let output: Int32

        func end() {
            kill(id, SIGKILL)
            var status: Int32 = 0
            while waitpid(id, &status, 0) == -1, errno == EINTR {}
            close(input)
        }
    }

    private static func start(_ arguments: [String]) throws -> Script {
        var (input, output): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
        guard pipe(&input) == 0, pipe(&output) == 0 else { throw CocoaError(.fileReadUnknown) }
        for end in input + output { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer {
            close(input[0])
            close(output[1])
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input[0], 0)
        posix_spawn_file_actions_adddup2(&actions, output[1], 1)
        let pointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var id: pid_t = 0
        guard posix_spawn(&id, arguments[0], &actions, nil, pointers, environ) == 0 else {
            throw CocoaError(.executableNotLoadable)
        }
        return Script(id: id, input: input[1], output: output[0])
    }

    private static func receive(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Int {
        #if canImport(Glibc)
            Glibc.read(descriptor, &buffer, buffer.count)
        #else
            Darwin.read(descriptor, &buffer, buffer.count)
        #endif
    }

    private static func read(_ descriptor: Int32) -> AsyncStream<String> {
        let (lines, continuation) = AsyncStream<String>.makeStream()
        let thread = Thread {
            var rest: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = receive(descriptor, &buffer)
                if count <= 0 { break }
                rest += buffer.prefix(count)
                while let end = rest.firstIndex(of: 10) {
                    continuation.yield(String(decoding: rest[..<end], as: UTF8.self))
                    rest.removeSubrange(...end)
                }
            }
            close(descriptor)
            continuation.finish()
        }
        thread.start()
        return lines
    }
}
