import App
import Backups
import EventStore
import Events
import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// `kill -9` at any moment of a backup, of a prune and of a restore. Few rounds here, as many as wanted by `tools/faults/backups`.
@Suite struct BackupKillTests {
    private static var rounds: Int {
        ProcessInfo.processInfo.environment["DAYBOOK_KILL_ROUNDS"].flatMap { Int($0) } ?? 2
    }

    /// Runs the command line, to its end or to a `kill -9`; answers how it ended, nil if killed, and how long it took.
    private static func daybook(
        _ arguments: [String],
        _ environment: [String: String],
        killedAfter delay: Duration? = nil
    ) async throws -> (status: Int32?, duration: Duration) {
        let programs = (Bundle.main.executableURL ?? URL(fileURLWithPath: "/")).resolvingSymlinksInPath()
        let process = Process()
        process.executableURL = programs.deletingLastPathComponent().appendingPathComponent("daybook")
        process.arguments = arguments
        process.environment = environment.merging(["PATH": "/usr/bin:/bin"]) { own, _ in own }
        process.standardOutput = FileHandle.nullDevice
        let start = ContinuousClock.now
        try process.run()
        let id = process.processIdentifier
        let killer = delay.map { delay in
            Task {
                try await Task.sleep(for: delay)
                kill(id, SIGKILL)
            }
        }
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                process.waitUntilExit()
                continuation.resume()
            }
        }
        killer?.cancel()
        let wasKilled = process.terminationReason == .uncaughtSignal
        return (wasKilled ? nil : process.terminationStatus, ContinuousClock.now - start)
    }

    private static func fill(_ place: BackupPlace, _ count: Int) async throws {
        for start in stride(from: 0, to: count, by: 500) {
            let streams = (start..<start + 500).map { number in
                StreamAppend(
                    stream: "filler-\(number)",
                    events: [
                        NewEvent(
                            Identity.UserRegistered(userID: "user-\(number)", kind: .person, name: "Person \(number)")
                        )
                    ]
                )
            }
            _ = try await place.system.store.append(AppendRequest(streams: streams, actor: "operator"))
        }
    }

    @Test func aBackupThatWasKilledIsNoneAndTheNextIsWhole() async throws {
        try await BackupPlace.open { place in
            try await Self.fill(place, 4_000)
            let arguments = ["backup", "create", "--full", "--data-dir", place.directory]
            let whole = try await Self.daybook(arguments, place.environment)
            try #require(whole.status == 0)
            var (left, attempts, usual) = (0, 0, whole.duration)
            while left < Self.rounds, attempts < Self.rounds * 10 {
                attempts += 1
                let end = try await Self.daybook(
                    arguments,
                    place.environment,
                    killedAfter: usual * Double.random(in: 0.4...1)
                )
                // Other work slows it down: what it takes when there is none is what counts.
                guard end.status == nil else {
                    usual = min(usual, end.duration)
                    continue
                }
                left += 1
                // Whatever counts as a backup is whole.
                for stored in try await place.storage.backups() where stored.isFinished {
                    let report = try await BackupService.verify(
                        stored.backupID,
                        .full,
                        in: place.storage,
                        keys: place.keys,
                        verifiers: place.system.store.keys.verifiers()
                    )
                    #expect(report.isSound, "\(report.findings)")
                }
                let made = try await place.service.createFullBackup(by: BackupPlace.author).manifest
                #expect(try await place.service.verify(made.backupID, .full, by: BackupPlace.author).isSound)
            }
            #expect(left == Self.rounds, "It was done before it could be killed.")
        }
    }

    @Test func afterAPruneThatWasKilledTheLogAndTheRepositoryAgree() async throws {
        try await BackupPlace.open { place in
            try await Self.fill(place, 500)
            let arguments = ["backup", "prune", "--keep-last", "1", "--data-dir", place.directory]
            // Something that goes, in parts that rest on one another.
            func make() async throws {
                for _ in 0..<4 {
                    _ = try await place.service.createFullBackup(by: BackupPlace.author)
                    _ = try await place.service.createIncrementalBackup(by: BackupPlace.author)
                }
            }
            try await make()
            let whole = try await Self.daybook(arguments, place.environment)
            try #require(whole.status == 0)
            var (left, attempts, usual) = (0, 0, whole.duration)
            while left < Self.rounds, attempts < Self.rounds * 10 {
                attempts += 1
                if try await place.storage.backups().count < 8 { try await make() }
                let end = try await Self.daybook(
                    arguments,
                    place.environment,
                    killedAfter: usual * Double.random(in: 0.5...1)
                )
                guard end.status == nil else {
                    usual = min(usual, end.duration)
                    continue
                }
                left += 1
                // The database may still be at what was sent last.
                let agree = try await eventually(every: .milliseconds(200)) {
                    await place.service.tidy()
                    let known = try await place.service.backups(in: "main", onlyPresent: true, limit: 1_000)
                    let finished = try await place.storage.backups().filter(\.isFinished)
                    return Set(finished.map(\.backupID)) == Set(known.map(\.backupID))
                }
                #expect(agree)
                let known = try await place.service.backups(in: "main", onlyPresent: true, limit: 1_000)
                #expect(!known.isEmpty)
                for record in known {
                    let report = try await place.service.verify(record.backupID, .full, by: BackupPlace.author)
                    #expect(report.isSound, "\(report.findings)")
                }
                // Of what was being removed nothing is left a day later.
                let later = try place.service(ahead: .seconds(100_000))
                _ = try await later.prune(BackupRetention(last: 1_000), by: BackupPlace.author)
                #expect(try await place.storage.backups().allSatisfy(\.isFinished))
            }
            #expect(left == Self.rounds, "It was done before it could be killed.")
        }
    }

    @Test func aRestoreThatWasKilledIsRunAgainToAGoodEnd() async throws {
        try await BackupPlace.open { place in
            try await Self.fill(place, 4_000)
            let size = try await place.service.createFullBackup(by: BackupPlace.author).manifest.size
            var duration = Duration.seconds(4)
            var left = 0
            var round = 0
            // The first is the slowest, and may be twice as slow as the others.
            while round <= Self.rounds || left == 0 && round < 10 {
                defer { round += 1 }
                let (number, usual) = (round, duration)
                let (took, kills) = try await PostgresFixture.withFurtherDatabase { url in
                    try await BackupPlace.withDirectory { directory in
                        let environment = place.environment.merging(["DATABASE_URL": url]) { $1 }
                        let arguments = [
                            "backup", "restore", "--data-dir", directory, "--keys", "\(place.directory)/keys",
                        ]
                        var kills = 0
                        // Once by itself, to know how long it takes.
                        for _ in 0..<(number == 0 ? 0 : 2) {
                            let end = try await Self.daybook(
                                arguments,
                                environment,
                                killedAfter: usual * Double.random(in: 0.1...0.7)
                            )
                            if end.status != nil { break }
                            kills += 1
                        }
                        let again = try await Self.daybook(arguments, environment)
                        // Refused only where an attempt came to its end, and what is there is a log already.
                        try #require(again.status == 0 || number > 0)
                        let configuration = try DaybookConfiguration(
                            flags: [.dataDirectory: directory, .port: "0"],
                            environment: environment
                        )
                        try await DaybookSystem.withRunning(
                            configuration,
                            logger: LogFixture.quiet,
                            administrator: .withoutToken
                        ) { (system, _) async throws -> Void in
                            #expect(try await system.store.head().size > size)
                            #expect(try await system.findings().isEmpty)
                        }
                        return (again.duration, kills)
                    }
                }
                duration = round == 0 ? took : min(duration, took)
                left += kills
            }
            #expect(left > 0, "It was done before it could be killed.")
        }
    }
}
