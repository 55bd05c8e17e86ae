import Foundation

/// What the command line of `tools/bench` asks for.
struct BenchOptions: Sendable {
    /// Suites to run; empty for all.
    var only: Set<String> = []
    /// How many events an append measurement records.
    var appends = 300_000
    /// How many events the log has in which proofs, verification and replay are measured.
    var logSize = 1_000_000
    /// Where the log suite keeps its log, to measure it again.
    var keptLog: URL?
    /// How many users the access model has.
    var users = 100_000
    /// How many people the demo has whose year is taken in and replayed.
    var demoUsers = 2_580
    /// How many WebSockets are open at once.
    var sockets = 10_000
    /// How long a load over HTTP lasts, in seconds.
    var seconds = 10
    /// Where `bench.json` goes.
    var output = URL(fileURLWithPath: ".build/bench")
    var help = false

    static let usage = """
        usage: tools/bench [--only SUITE]... [--appends N] [--log-size N] [--keep-log DIR]
                          [--users N] [--demo-users N] [--seconds N] [--sockets N] [--output DIR]

        Measures Daybook on this machine, each figure beside a baseline of the same run where there is one. Prints a table
        and writes bench.json.

          --only SUITE   check, access, append, http, ingest, limits, logging, sockets, inboxes, cache, console, exports,
                         backups, log or one of the log's: proof, verify, replay; repeat for several (default: all)
          --appends N    events recorded for the append rows (default 300000)
          --log-size N   events in the log for backups, verify, replay and proof (default 1000000; the goal for proofs is
                         stated for 10000000, which takes some minutes and 10 GB)
          --keep-log DIR where the log suite keeps that log, or finds the one that it kept before
          --users N      users in the access model (default 100000)
          --demo-users N people of the demo whose year is taken in and replayed (default 2580)
          --seconds N    length of each load over HTTP or sockets (default 10)
          --sockets N    WebSockets that are open at once (default 10000)
          --output DIR   where bench.json goes (default .build/bench)

        """

    struct Mistake: Error, CustomStringConvertible {
        var description: String
    }

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let flag = rest.popFirst() {
            func number() throws -> Int {
                guard let text = rest.popFirst(), let value = Int(text), value > 0 else {
                    throw Mistake(description: "\(flag) takes a positive number")
                }
                return value
            }
            switch flag {
            case "--help", "-h": help = true
            case "--only":
                guard let name = rest.popFirst(), Self.suites.contains(name) else {
                    throw Mistake(description: "--only takes \(Self.suites.joined(separator: ", "))")
                }
                only.insert(name)
            case "--appends": appends = try number()
            case "--log-size": logSize = try number()
            case "--keep-log":
                guard let path = rest.popFirst() else { throw Mistake(description: "--keep-log takes a directory") }
                keptLog = URL(fileURLWithPath: path)
            case "--users": users = try number()
            case "--demo-users": demoUsers = try number()
            case "--seconds": seconds = try number()
            case "--sockets": sockets = try number()
            case "--output":
                guard let path = rest.popFirst() else { throw Mistake(description: "--output takes a directory") }
                output = URL(fileURLWithPath: path)
            default: throw Mistake(description: "unknown option \(flag)")
            }
        }
    }

    private static let suites =
        [
            "check", "access", "append", "http", "ingest", "limits", "logging", "sockets", "inboxes", "cache",
            "console",
            "exports", "backups",
            "log",
        ] + partsOfLog

    private static let partsOfLog = ["proof", "verify", "replay"]

    /// Whether a suite, or a part of the log's, is to be run.
    func selects(_ suite: String) -> Bool {
        if only.isEmpty || only.contains(suite) { return true }
        return suite == "log"
            ? !only.isDisjoint(with: Self.partsOfLog)
            : Self.partsOfLog.contains(suite) && only.contains("log")
    }
}
