import App
import EventStore
import Events
import Foundation
import NIOCore
import Notifications
import PostgresServer
import Synchronization

/// The WebSockets of inboxes: what an idle one takes, how soon a notification is there, and a broadcast to all of them.
///
/// The server is another process, and another replica than the one that sends: the benchmark's own, which shares nothing
/// with it but the database.
enum InboxBench {
    static func run(_ options: BenchOptions, _ directory: URL, _ report: inout BenchReport) async throws {
        let bare = try await SocketBench.measure(options, isBare: true)
        let echo = try await SocketBench.measure(options, isBare: false)
        let figures = try await PrivateCluster.withCluster(
            dataDirectory: directory.path,
            logger: BenchSystem.quiet
        ) { url in
            let own = directory.appendingPathComponent("own")
            let settings = ["DATABASE_URL": url]
            return try await BenchSystem.withAnySystem(own, settings: settings) { system, _ in
                let other = directory.appendingPathComponent("other")
                try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
                try FileManager.default.copyItem(
                    at: own.appendingPathComponent("keys"),
                    to: other.appendingPathComponent("keys")
                )
                let tokens = try await people(options.sockets, system)
                let server = try ServerProcess(
                    "daybook",
                    ["serve", "--port", "0", "--data-dir", other.path, "--quiet"],
                    environment: [
                        "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "DATABASE_URL": url,
                        "DAYBOOK_RATE_LIMITS": "off", "DAYBOOK_MAX_SOCKETS": "20000",
                    ]
                )
                defer { server.stop() }
                return try await measure(options, system, server, tokens)
            }
        }
        report.add(
            "idle socket of an inbox, of \(options.sockets)",
            figures.bytesPerSocket / 1_024,
            "KiB resident",
            beside: .init(name: "bare frame echo", value: bare.bytesPerSocket / 1_024, unit: "KiB resident")
        )
        for pace in figures.paces {
            let what = "commit to socket of another replica, \(Int(pace.perSecond)) notifications/s, 1,000 sockets"
            let follower = "commit to a follower of the log in the sender's process"
            report.add(
                what + ", median",
                percentile(pace.sockets, 50),
                "ms",
                beside: .init(name: follower, value: percentile(pace.follower, 50), unit: "ms")
            )
            report.add(
                what + ", p99",
                percentile(pace.sockets, 99),
                "ms",
                beside: .init(name: follower + ", p99", value: percentile(pace.follower, 99), unit: "ms")
            )
        }
        let frames = "one frame to \(options.sockets) sockets of socket-echo, worst of 20"
        report.add(
            "broadcast to \(options.sockets) people, sent to last socket, worst of \(figures.broadcasts.count)",
            figures.broadcasts.map(\.whole).max() ?? 0,
            "ms",
            beside: .init(name: frames, value: echo.broadcastWorst, unit: "ms")
        )
        report.add(
            "the same, commit to last socket",
            figures.broadcasts.map(\.afterCommit).max() ?? 0,
            "ms",
            beside: .init(name: frames, value: echo.broadcastWorst, unit: "ms")
        )
        report.add(
            "the same, frames a second from the first to the last, median",
            percentile(figures.broadcasts.map(\.framesPerSecond), 50),
            "frames/s",
            beside: .init(name: "fan-out of one frame by socket-echo", value: echo.fanOutPerSecond, unit: "frames/s")
        )
        report.add(
            "notification to \(crowd) people who are not connected, recorded, worst of \(figures.crowd.count)",
            figures.crowd.map(\.recorded).max() ?? 0,
            "ms",
            beside: .init(
                name: "the same recipients appended without being looked up",
                value: figures.crowd.map(\.plain).max() ?? 0,
                unit: "ms"
            )
        )
    }

    private struct Figures: Sendable {
        var bytesPerSocket = 0.0
        var paces: [Pace] = []
        var broadcasts: [Broadcast] = []
        var crowd: [(recorded: Double, plain: Double)] = []
    }

    private struct Pace: Sendable {
        var perSecond: Double
        var sockets: [Double]
        var follower: [Double]
    }

    private struct Broadcast: Sendable {
        var whole: Double
        var afterCommit: Double
        var framesPerSecond: Double
    }

    private static func percentile(_ values: [Double], _ percent: Int) -> Double {
        values.isEmpty ? 0 : values.sorted()[min(values.count - 1, values.count * percent / 100)]
    }

    private static let crowd = 100_000

    private static func register(_ people: Range<Int>, _ system: DaybookSystem) async throws {
        for first in stride(from: people.lowerBound, to: people.upperBound, by: 500) {
            let streams = (first..<min(people.upperBound, first + 500)).map { index in
                StreamAppend(
                    stream: "user-bench-\(index)",
                    events: [NewEvent(Identity.UserRegistered(userID: "bench-\(index)", kind: .person))]
                )
            }
            _ = try await system.store.append(AppendRequest(streams: streams, actor: "bench"))
        }
    }

    /// A notification to all of a crowd: until it is durable and signed.
    private static func crowd(_ system: DaybookSystem) async throws -> [(recorded: Double, plain: Double)] {
        let users = (0..<crowd).map { "bench-\($0)" }
        let size = try await system.store.head().size
        try await system.projections.wait(for: "notifications", toHold: size, deadline: .seconds(120))
        var figures: [(recorded: Double, plain: Double)] = []
        for round in 0..<3 {
            let draft = NotificationDraft(title: "c\(round)", text: "School is closed tomorrow.")
            let recorded = try await Stopwatch.time {
                let sent = try await system.notifications.send(draft, to: .branch, by: Author(id: "bench"))
                guard sent.recipients >= crowd else {
                    throw BenchOptions.Mistake(description: "only \(sent.recipients) people are told")
                }
            }
            let events = stride(from: 0, to: users.count, by: 1_000).map { first in
                NewEvent(
                    Notifications.Addressed(
                        notificationID: "plain-\(round)",
                        branchID: RBAC.institutionBranch,
                        part: Int64(first / 1_000),
                        userIDs: Array(users[first..<first + 1_000])
                    )
                )
            }
            let streams = [StreamAppend(stream: "bench-plain-\(round)", events: events)]
            let plain = try await Stopwatch.time {
                _ = try await system.store.append(AppendRequest(streams: streams, actor: "bench"))
            }
            figures.append((recorded * 1_000, plain * 1_000))
        }
        return figures
    }

    /// Makes people known; gives a token of each.
    private static func people(_ count: Int, _ system: DaybookSystem) async throws -> [String] {
        try await register(0..<count, system)
        var tokens = [String](repeating: "", count: count)
        for first in stride(from: 0, to: count, by: 128) {
            try await withThrowingTaskGroup(of: (Int, String).self) { group in
                for index in first..<min(count, first + 128) {
                    group.addTask {
                        let token = try await system.tokens.issue(to: "bench-\(index)", .init(actor: .operator))
                        return (index, token.secret)
                    }
                }
                for try await (index, token) in group { tokens[index] = token }
            }
        }
        return tokens
    }

    private static func measure(
        _ options: BenchOptions,
        _ system: DaybookSystem,
        _ server: ServerProcess,
        _ tokens: [String]
    ) async throws -> Figures {
        var figures = Figures()
        let path = "/notifications/socket?after="
        let token: @Sendable (Int) -> String? = { tokens[$0] }
        let start = try await system.store.head().size - 1
        let arrivals = Arrivals()
        let hear: @Sendable (ByteBuffer) -> Void = { arrivals.hear($0) }

        // What the first connections bring into memory is the server's, not theirs.
        let first = try await SocketLoad.open(200, server.port, path + "\(start)", token: token)
        try await SocketLoad.wait(for: first, toHave: 1)
        for socket in first { try await socket.close() }

        let thousand = try await SocketLoad.open(
            min(1_000, tokens.count),
            server.port,
            path + "\(start)",
            token: token,
            hear: hear
        )
        try await SocketLoad.wait(for: thousand, toHave: 1)
        for perSecond in [200.0, 2_000.0] {
            figures.paces.append(
                try await pace(perSecond, seconds: options.seconds, thousand.count, system, arrivals)
            )
        }
        for socket in thousand { try await socket.close() }
        try await Task.sleep(for: .seconds(2))

        let before = try server.residentBytes()
        let now = try await system.store.head().size - 1
        let all = try await SocketLoad.open(tokens.count, server.port, path + "\(now)", token: token, hear: hear)
        try await SocketLoad.wait(for: all, toHave: 1)
        try await Task.sleep(for: .seconds(2))
        figures.bytesPerSocket = Double(try server.residentBytes() - before) / Double(all.count)

        for round in 0..<10 {
            arrivals.clear()
            let called = NIODeadline.now()
            let draft = NotificationDraft(
                title: "n\(round)",
                text: "School is closed tomorrow, as the heating has failed. Lessons go on by video at the usual times."
            )
            _ = try await system.notifications.send(draft, to: .branch, by: Author(id: "bench"))
            let committed = NIODeadline.now()
            try await arrivals.wait(for: all.count)
            let (earliest, latest) = arrivals.range
            figures.broadcasts.append(
                Broadcast(
                    whole: milliseconds(latest - called),
                    afterCommit: milliseconds(latest - committed),
                    framesPerSecond: Double(all.count) / max(milliseconds(latest - earliest) / 1_000, 1e-6)
                )
            )
            // How many are unread follows.
            try await Task.sleep(for: .seconds(2))
        }
        for socket in all { try await socket.close() }
        try await register(tokens.count..<crowd, system)
        figures.crowd = try await crowd(system)
        return figures
    }

    private static func milliseconds(_ time: TimeAmount) -> Double { Double(time.nanoseconds) / 1e6 }

    /// Sends notifications to one person each at a steady pace.
    private static func pace(
        _ perSecond: Double,
        seconds: Int,
        _ people: Int,
        _ system: DaybookSystem,
        _ arrivals: Arrivals
    ) async throws -> Pace {
        arrivals.clear()
        let count = Int(perSecond) * seconds
        let commits = Commits()
        let size = try await system.store.head().size
        let following = Task {
            for try await batch in system.store.follow(from: size, types: [Notifications.Addressed.type]) {
                let now = NIODeadline.now()
                for event in batch.events { commits.follow(event.position, at: now) }
            }
        }
        let began = ContinuousClock.now
        try await withThrowingDiscardingTaskGroup { group in
            for number in 0..<count {
                try await Task.sleep(until: began + .seconds(1) * (Double(number) / perSecond))
                group.addTask {
                    let draft = NotificationDraft(title: "n\(number)", text: "Your book is due.")
                    let user = "bench-\(number * 7_919 % people)"
                    let sent = try await system.notifications.send(
                        draft,
                        to: .users([user]),
                        by: Author(id: "bench")
                    )
                    commits.add(number, sent.receipt.events.last?.position ?? 0)
                }
            }
        }
        let took = (ContinuousClock.now - began) / .seconds(1)
        let deadline = ContinuousClock.now + .seconds(60)
        while arrivals.count < count || commits.followed < count {
            guard ContinuousClock.now < deadline else {
                throw BenchOptions.Mistake(description: "\(count - arrivals.count) notifications did not arrive")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        following.cancel()
        return Pace(
            perSecond: Double(count) / took,
            sockets: commits.all.map { milliseconds(arrivals.time(of: $0.number) - $0.committed) },
            follower: commits.all.map { milliseconds($0.followed - $0.committed) }
        )
    }
}

/// When notifications were acknowledged, and when a follower of the log had them.
private final class Commits: Sendable {
    private struct State {
        var committed: [Int64: (number: Int, at: NIODeadline)] = [:]
        var followed: [Int64: NIODeadline] = [:]
    }

    private let state = Mutex(State())

    var followed: Int { state.withLock { $0.followed.count } }

    var all: [(number: Int, committed: NIODeadline, followed: NIODeadline)] {
        state.withLock { state in
            state.committed.map { ($1.number, $1.at, state.followed[$0] ?? .distantFuture) }
        }
    }

    func add(_ number: Int, _ position: Int64) {
        let now = NIODeadline.now()
        state.withLock { $0.committed[position] = (number, now) }
    }

    func follow(_ position: Int64, at time: NIODeadline) { state.withLock { $0.followed[position] = time } }
}

/// When notifications came, by the number in their titles.
private final class Arrivals: Sendable {
    private struct Times {
        var byNumber: [Int: NIODeadline] = [:]
        var first: NIODeadline?
        var last: NIODeadline?
        var all = 0
    }

    private let times = Mutex(Times())

    var count: Int { times.withLock { $0.byNumber.count } }
    var range: (NIODeadline, NIODeadline) { times.withLock { ($0.first ?? .now(), $0.last ?? .now()) } }

    func time(of number: Int) -> NIODeadline { times.withLock { $0.byNumber[number] ?? .distantFuture } }

    func clear() { times.withLock { $0 = Times() } }

    /// Waits until so many have come.
    func wait(for count: Int) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while times.withLock({ $0.all }) < count {
            guard ContinuousClock.now < deadline else {
                throw BenchOptions.Mistake(description: "\(count - times.withLock { $0.all }) frames did not arrive")
            }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    func hear(_ payload: ByteBuffer) {
        let now = NIODeadline.now()
        let mark = Array(#""title":"n"#.utf8)
        payload.withUnsafeReadableBytes { bytes in
            var index = 0
            // By hand: the library's search would take more time at so many frames a second than the server does.
            while index + mark.count < bytes.count {
                guard mark.indices.allSatisfy({ bytes[index + $0] == mark[$0] }) else {
                    index += 1
                    continue
                }
                let digits = bytes[(index + mark.count)...].prefix { (48...57).contains($0) }
                index = digits.endIndex
                if let number = Int(String(decoding: digits, as: UTF8.self)) { note(number, now) }
            }
        }
    }

    private func note(_ number: Int, _ now: NIODeadline) {
        times.withLock { times in
            if times.byNumber[number] == nil { times.byNumber[number] = now }
            times.first = times.first ?? now
            times.last = now
            times.all += 1
        }
    }
}
