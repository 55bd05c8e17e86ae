import Access
import App
import EventStore
import Events
import Foundation
import MerkleLog
import Postgres
import TestSupport
import Testing
import Time

@testable import Backups

typealias BackupRestorationWish = BackupRestoration.Wish

@Suite struct RestoreTests {
    /// To how many moments; the long form is `tools/faults/moments`.
    private static var moments: Int {
        ProcessInfo.processInfo.environment["DAYBOOK_RESTORE_MOMENTS"].flatMap { Int($0) } ?? 3
    }

    /// People who come, get roles, and lose some of them.
    private static func live(_ place: BackupPlace, _ names: [String]) async throws {
        let context = CommandContext(actor: .operator)
        try await place.register(names)
        for (number, name) in names.enumerated() {
            for role in ["student", "teacher"] where number % 3 > 0 {
                let command = AssignRole(userID: name, roleID: role, branch: "branch-\(number % 4)")
                _ = try await place.system.access.assignRoleToUser(command, context)
            }
            guard number % 3 == 2 else { continue }
            _ = try await place.system.access.removeRoleFromUser(RemoveRole(userID: name, roleID: "student"), context)
        }
    }

    @Test func restoredToAnyMomentItAnswersAsTheLogThatRunsDoesOfThatMoment() async throws {
        try await BackupPlace.open { place in
            try await Self.live(place, (0..<15).map { "a\($0)" })
            _ = try await place.service.createFullBackup(by: BackupPlace.author)
            try await Self.live(place, (0..<15).map { "b\($0)" })
            let made = try await place.service.createIncrementalBackup(by: BackupPlace.author)
            let first = try #require(try await place.system.store.reader.event(at: 0)).header.recordedAt
            let span = first.microseconds...made.manifest.createdAt.microseconds
            // By number, of which each is the end of a transaction, and by time in turn.
            let rows = try await place.system.pool.query(
                "select size from log.checkpoints where size <= \(made.manifest.size)"
            )
            let sizes = try rows.map { try $0.decode(Int64.self) }
            var points = (0..<Self.moments).map { number in
                number % 2 == 0
                    ? RestorePoint.size(sizes.randomElement() ?? made.manifest.size)
                    : .moment(Timestamp(microseconds: Int64.random(in: span)))
            }
            points.append(.moment(made.manifest.createdAt))
            let middle = try await place.system.store.reader.events(from: made.manifest.from + 5, limit: 1)
            points.append(.moment(try #require(middle.first?.header.recordedAt)))
            for point in points { try await Self.restore(place, to: point, of: made.manifest.size) }
        }
    }

    private static func restore(_ place: BackupPlace, to point: RestorePoint, of size: Int64) async throws {
        let expected: Int64
        switch point {
        case .size(let size): expected = size
        case .moment(let moment): expected = try await place.system.store.reader.size(at: moment)
        case .end: expected = size
        }
        let root = try await place.system.store.prover.tree(of: expected).root
        var wish = BackupRestorationWish()
        wish.point = point
        try await place.restored(wish) { (system, outcome) async throws -> Void in
            #expect(outcome.certificate.size == expected)
            #expect(outcome.certificate.missing == size - expected)
            #expect(try await system.store.prover.tree(of: expected).root == root)
            #expect(try await system.findings().isEmpty)
            for model in place.system.projections.definitions.map(\.name) {
                let live = try await place.system.projections.fingerprints(of: model, at: expected)
                let restored = try await system.projections.fingerprints(of: model, at: expected)
                #expect(restored == live, "\(model) at \(expected)")
                #expect(try await system.projections.check(model).isEqual, "\(model) at \(expected)")
            }
        }
    }

    @Test func whatWasErasedStaysErased() async throws {
        try await BackupPlace.open { place in
            try await place.register(["ada", "ben"])
            let full = try await place.service.createFullBackup(by: BackupPlace.author)
            _ = try await place.system.store.erasePersonal(of: "ada", reason: "asked", actor: "operator")
            _ = try await place.service.createIncrementalBackup(by: BackupPlace.author)
            // To the end, and to before the erasure: the older backup has the text still.
            for point in [RestorePoint.end, .size(full.manifest.size)] {
                var wish = BackupRestorationWish()
                wish.point = point
                try await place.restored(wish) { (system, _) async throws -> Void in
                    #expect(try await system.store.personalEventCount(of: "ada") == 0)
                    #expect(try await system.store.personalEventCount(of: "ben") > 0)
                    #expect(try await system.findings().isEmpty)
                }
            }
        }
    }

    /// The checkpoints and idempotency keys in one file, or in many.
    @Test(arguments: [65_536, 3] as [Int64])
    func aRequestThatIsRepeatedAfterwardsIsKnownAgain(stretch: Int64) async throws {
        try await BackupPlace.open { place in
            let request = AppendRequest(
                streams: [
                    StreamAppend(
                        stream: "erasures",
                        events: [NewEvent(Log.PersonalErased(userID: "nobody", reason: "asked"))]
                    )
                ],
                actor: "operator",
                idempotency: IdempotencyKey(scope: "test", key: "once", requestDigest: [UInt8](repeating: 1, count: 32))
            )
            let first = try await place.system.store.append(request)
            try await place.register(["ada", "bob", "cleo", "dan"])
            var limits = BackupLimits()
            limits.ledgerStretch = stretch
            let made = try await place.service(limits).createFullBackup(by: BackupPlace.author)
            #expect((made.manifest.checkpoints.count > 1) == (stretch == 3))
            let report = try await place.service.verify(made.manifest.backupID, .full, by: BackupPlace.author)
            #expect(report.isSound, "\(report.findings)")
            try await place.restored(BackupRestorationWish()) { system, _ in
                #expect(try await system.findings().isEmpty)
                let again = try await system.store.append(request)
                #expect(again.events.map(\.position) == first.events.map(\.position))
            }
        }
    }

    @Test func keysComeFromTheBackupWhereTheyAreInIt() async throws {
        try await BackupPlace.open { place in
            _ = try await place.service.create(BackupOrder(.full, escrowsKeys: true), by: BackupPlace.author)
            var wish = BackupRestorationWish()
            wish.keysDirectory = "\(place.directory)/nowhere"
            // Named, and not there.
            await #expect(throws: (any Error).self) { try await place.restored(wish) { _, _ in } }
            try await PostgresFixture.withFurtherDatabase { url in
                try await BackupPlace.withDirectory { directory in
                    let environment = place.environment.merging(["DATABASE_URL": url]) { $1 }
                    let configuration = try DaybookConfiguration(
                        flags: [.dataDirectory: directory],
                        environment: environment
                    )
                    let restoration = BackupRestoration(configuration, repository: nil, logger: LogFixture.quiet)
                    let outcome = try await restoration.run(BackupRestorationWish())
                    #expect(outcome.certificate.missing == 0)
                    // What is there is not written over.
                    let error = await #expect(throws: BackupError.self) {
                        try await restoration.run(BackupRestorationWish())
                    }
                    #expect(error?.kind == .conflict)
                }
            }
        }
    }

    @Test func withoutTheKeysOfTheLogNothingIsTouched() async throws {
        try await BackupPlace.open { place in
            _ = try await place.service.createFullBackup(by: BackupPlace.author)
            try await PostgresFixture.withFurtherDatabase { url in
                try await BackupPlace.withDirectory { directory in
                    let environment = place.environment.merging(["DATABASE_URL": url]) { $1 }
                    let configuration = try DaybookConfiguration(
                        flags: [.dataDirectory: directory],
                        environment: environment
                    )
                    let restoration = BackupRestoration(configuration, repository: nil, logger: LogFixture.quiet)
                    await #expect(throws: BackupError.self) { try await restoration.run(BackupRestorationWish()) }
                    let connection = try await PostgresConnection.connect(
                        PostgresConfiguration(url: url),
                        logger: LogFixture.quiet
                    )
                    #expect(try await RestoreMark.standing(connection) == .empty)
                    await connection.close()
                }
            }
        }
    }

    @Test func momentsThatTheBackupDoesNotReachAreRefused() async throws {
        try await BackupPlace.open { place in
            let made = try await place.service.createFullBackup(by: BackupPlace.author)
            // Recorded right after it, while it was being made.
            let next = try #require(try await place.system.store.reader.event(at: made.manifest.size)).header.recordedAt
            let reached = try await place.system.store.reader.size(at: made.manifest.createdAt)
            #expect(reached == made.manifest.size)
            for point in [
                RestorePoint.size(0), .size(made.manifest.size + 1), .moment(next), .moment(Timestamp(microseconds: 0)),
            ] {
                var wish = BackupRestorationWish()
                wish.point = point
                let error = await #expect(throws: BackupError.self) { try await place.restored(wish) { _, _ in } }
                #expect(error?.kind == .invalid)
            }
        }
    }

    @Test func whatWasAppendedAtOnceIsNotCutInHalf() async throws {
        try await BackupPlace.open { place in
            let request = AppendRequest(
                streams: [
                    StreamAppend(
                        stream: "erasures",
                        events: ["a", "b", "c"].map { NewEvent(Log.PersonalErased(userID: $0, reason: "asked")) }
                    )
                ],
                actor: "operator",
                idempotency: IdempotencyKey(scope: "test", key: "once", requestDigest: [UInt8](repeating: 1, count: 32))
            )
            let first = try #require(try await place.system.store.append(request).events.first?.position)
            try await place.register(["late"])
            let id = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            try await place.restoring { (restoration, _, url) async throws -> Void in
                for size in [first + 1, first + 2] {
                    var wish = place.wish
                    wish.point = .size(size)
                    let wanted = wish
                    let error = await #expect(throws: BackupError.self) { try await restoration.run(wanted) }
                    #expect(error?.kind == .invalid)
                    // Right before it, and right after it.
                    let choice = "Choose position \(first - 1), right before it, or \(first + 2), right after it."
                    #expect(error?.message.hasSuffix(choice) == true)
                }
                #expect(try await Psql.run("select to_regclass('log.head') is null", on: url) == "t")
            }
            let verifiers = try place.system.store.keys.verifiers()
            let chain = try await BackupChain(id, in: place.storage, keys: place.keys, verifiers: verifiers)
            for size in [first, first + 3] { try await chain.requireWholeAppends(at: .size(size)) }
        }
    }

    @Test func checkpointsThatWereKeptElsewhereTellWhatIsMissing() async throws {
        try await BackupPlace.open { place in
            _ = try await place.service.createFullBackup(by: BackupPlace.author)
            try await place.register(["late"])
            let size = try await place.system.store.head().size
            let note = try #require(try await place.system.store.prover.checkpoint(covering: size))
            let newer = try SignedNote(parsing: note)
            var wish = BackupRestorationWish()
            wish.known = [newer]
            try await place.restored(wish) { _, outcome in
                #expect(
                    outcome.certificate.missing == size - outcome.certificate.size && outcome.certificate.missing > 0
                )
            }
            // One of another history.
            let checkpoint = try Checkpoint(text: newer.text)
            let keys = place.system.store.keys
            wish.known = [
                try SignedNote(parsing: keys.checkpoint(origin: checkpoint.origin, size: 3, root: checkpoint.root))
            ]
            let error = await #expect(throws: BackupError.self) { try await place.restored(wish) { _, _ in } }
            #expect(error?.kind == .damaged)
        }
    }
}
