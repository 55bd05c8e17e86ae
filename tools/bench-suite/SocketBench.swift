import Foundation
import NIOCore
import NIOPosix

/// WebSockets, with the server in a process of its own: what an idle one takes, echoes, and fan-out to all of them, beside a
/// plain echo of frames by NIO alone.
enum SocketBench {
    static func run(_ options: BenchOptions, _ directory: URL, _ report: inout BenchReport) async throws {
        let bare = try await measure(options, isBare: true)
        let own = try await measure(options, isBare: false)
        report.add(
            "idle socket, of \(options.sockets)",
            own.bytesPerSocket / 1_024,
            "KiB resident",
            beside: .init(name: "bare frame echo", value: bare.bytesPerSocket / 1_024, unit: "KiB resident")
        )
        report.add(
            "echoes of 100 bytes, 64 sockets",
            own.echoesPerSecond,
            "messages/s",
            beside: .init(name: "bare frame echo", value: bare.echoesPerSecond, unit: "messages/s")
        )
        report.add(
            "echo of 100 bytes, 64 sockets, p99",
            own.echoP99,
            "ms",
            beside: .init(name: "bare frame echo, p99", value: bare.echoP99, unit: "ms")
        )
        let baseline = BenchReport.Figure(
            name: "bare frame echo, 64 sockets",
            value: bare.echoesPerSecond,
            unit: "messages/s"
        )
        report.add("fan-out to \(options.sockets) sockets", own.fanOutPerSecond, "frames/s", beside: baseline)
        report.add(
            "one broadcast to \(options.sockets) sockets, worst of 20",
            own.broadcastWorst,
            "ms",
            beside: .init(name: "bare frame echo, p99", value: bare.echoP99, unit: "ms")
        )
    }

    struct Figures {
        var bytesPerSocket = 0.0
        var echoesPerSecond = 0.0
        var echoP99 = 0.0
        var fanOutPerSecond = 0.0
        var broadcastWorst = 0.0
    }

    static func measure(_ options: BenchOptions, isBare: Bool) async throws -> Figures {
        let server = try ServerProcess.echo(isBare: isBare)
        defer { server.stop() }
        var figures = Figures()
        // What the first connections bring into memory is the server's, not theirs.
        for socket in try await SocketLoad.open(64, server.port, "/echo") { try await socket.close() }
        try await Task.sleep(for: .milliseconds(500))

        let before = try server.residentBytes()
        let idle = try await SocketLoad.open(options.sockets, server.port, isBare ? "/echo" : "/bus")
        try await Task.sleep(for: .seconds(2))
        figures.bytesPerSocket = Double(try server.residentBytes() - before) / Double(options.sockets)

        if !isBare {
            var spent = Duration.zero
            for round in 0..<20 {
                let started = ContinuousClock.now
                try await SocketLoad.broadcast(to: idle, String(repeating: "n", count: 200), round: round + 1)
                let took = ContinuousClock.now - started
                spent += took
                figures.broadcastWorst = max(figures.broadcastWorst, took / .milliseconds(1))
            }
            figures.fanOutPerSecond = Double(20 * options.sockets) / (spent / .seconds(1))
        }
        for socket in idle { try await socket.close() }

        let busy = try await SocketLoad.open(64, server.port, "/echo")
        let times = try await SocketLoad.echo(busy, bytes: 100, seconds: options.seconds)
        for socket in busy { try await socket.close() }
        figures.echoesPerSecond = Double(times.count) / Double(options.seconds)
        figures.echoP99 = times.isEmpty ? 0 : times.sorted()[times.count * 99 / 100]
        return figures
    }
}
