import App
import EventStore
import Events
import Foundation
import MerkleLog
import OpenSSL
import Postgres
import TestSupport
import Testing
import Time

@testable import Backups

@Suite struct BackupTests {
    @Test func aFullBackupAndItsIncrementsHoldTheWholeLog() async throws {
        try await BackupPlace.open { place in
            try await place.register((0..<40).map { "a\($0)" })
            let full = try await place.service.createFullBackup(description: "first", by: BackupPlace.author)
            try await place.register((0..<20).map { "b\($0)" })
            let second = try await place.service.createIncrementalBackup(by: BackupPlace.author)
            try await place.register((0..<20).map { "c\($0)" })
            let third = try await place.service.createIncrementalBackup(by: BackupPlace.author)
            #expect(full.manifest.from == 0 && full.manifest.base == nil)
            #expect(second.manifest.from == full.manifest.size)
            #expect(third.manifest.base?.digest == second.digest && third.manifest.previous?.digest == second.digest)
            for made in [full, second, third] {
                for depth in BackupReport.Depth.allCases {
                    let report = try await place.service.verify(made.manifest.backupID, depth, by: BackupPlace.author)
                    #expect(report.isSound, "\(report.findings)")
                }
            }
            let root = try await place.system.store.prover.tree(of: third.manifest.size).root
            try await place.restored(BackupRestoration.Wish()) { system, outcome in
                #expect(outcome.certificate.size == third.manifest.size)
                #expect(outcome.certificate.root == root.base64)
                #expect(outcome.certificate.missing == 0)
                #expect(try await system.store.prover.tree(of: third.manifest.size).root == root)
                #expect(try await system.findings().isEmpty)
                for name in ["access", "identity", "audit", "backups"] {
                    #expect(try await system.projections.check(name).isEqual)
                }
                // It goes on.
                _ = try await system.backups.createFullBackup(by: BackupPlace.author)
            }
        }
    }

    @Test func whatIsKnownOfABackupIsInTheLog() async throws {
        try await BackupPlace.open { place in
            let made = try await place.service.createFullBackup(description: "why", by: BackupPlace.author)
            let record = try await place.service.backup(made.manifest.backupID)
            #expect(record.state == .completed && record.manifestDigest == made.digest && record.isEncrypted == true)
            #expect(record.bytes == made.manifest.bytes && record.places == ["main"] && record.summary == "why")
            #expect(try await place.service.storageStatistics().map(\.backups) == [1, 0])
            let preview = try await place.service.preview(made.manifest.backupID)
            #expect(preview.size == made.manifest.size && preview.newer.values.reduce(0, +) == 2)
        }
    }

    @Test func afterSoManyInARowThereIsAFullOneAgain() async throws {
        try await BackupPlace.open { place in
            var limits = BackupLimits()
            limits.chain = 2
            let service = try place.service(limits)
            let full = try await service.createFullBackup(by: BackupPlace.author).manifest.backupID
            let second = try await service.createIncrementalBackup(by: BackupPlace.author).manifest.backupID
            #expect(try await service.chain(of: second) == [full, second])
            let error = await #expect(throws: BackupError.self) {
                try await service.createIncrementalBackup(by: BackupPlace.author)
            }
            #expect(error?.kind == .conflict)
            // From another one there is room.
            _ = try await service.createIncrementalBackup(since: full, by: BackupPlace.author)
        }
    }

    @Test func theOneBeforeIsNamedHoweverManyFailedSince() async throws {
        try await BackupPlace.open { place in
            let first = try await place.service.createFullBackup(by: BackupPlace.author)
            for number in 0...50 {
                let started = Events.Backups.Started(
                    backupID: "failed-\(number)",
                    kind: .full,
                    repository: "main",
                    fromPosition: 0,
                    size: 1
                )
                try await place.service.append(started, by: BackupPlace.author)
                let failed = Events.Backups.Failed(backupID: started.backupID, cancelled: false, reason: "No room.")
                try await place.service.append(failed, by: BackupPlace.author)
            }
            let second = try await place.service.createFullBackup(by: BackupPlace.author).manifest
            #expect(second.previous?.backupID == first.manifest.backupID)
            #expect(second.previous?.digest == first.digest)
        }
    }

    @Test func aRequestThatComesAgainBeginsNothing() async throws {
        try await BackupPlace.open { place in
            let key = IdempotencyKey(scope: "test", key: "once", requestDigest: [UInt8](repeating: 1, count: 32))
            let author = Author(id: "operator", idempotency: key)
            let first = try await place.service.start(BackupOrder(.full), by: author)
            while try await place.service.backup(first).state == .running {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(try await place.service.start(BackupOrder(.full), by: author) == first)
            // Also where there is no space for another by now.
            var tight = place.storage
            tight.freeSpace = { _ in 0 }
            let full = try place.service(storages: [tight])
            #expect(try await full.start(BackupOrder(.full), by: author) == first)
            await #expect(throws: BackupError.self) {
                try await place.service.create(BackupOrder(.full), by: author)
            }
            #expect(try await place.service.backups().map(\.backupID) == [first])
            #expect(try await place.storage.backups().map(\.backupID) == [first])
            #expect(place.service.progress(of: first) == nil)
        }
    }

    @Test func onlySomebodyWithTheKeyReadsIt() async throws {
        try await BackupPlace.open { place in
            try await place.register(["ada"])
            let id = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            for file in try place.files(id) {
                let text = String(decoding: try place.bytes(id, file), as: UTF8.self)
                #expect(!text.contains("Name of ada") && !text.contains("ada\""))
            }
            let other = "\(place.directory)/other.key"
            try BackupPlace.makeKey(other)
            for keys in [BackupKeys(), BackupKeys([.file(other)]), BackupKeys([.passphrase("correct horse battery")])] {
                await #expect(throws: BackupError.self) {
                    try await BackupService.verify(id, .full, in: place.storage, keys: keys, verifiers: nil)
                }
            }
            // Rotated: the old key opens the old backup, after a new one is in use.
            let rotated = BackupKeys([.file(other)] + (try place.keys.secrets))
            #expect(try await BackupService.verify(id, .full, in: place.storage, keys: rotated, verifiers: nil).isSound)
        }
    }

    @Test func aPassphraseOpensWhatItLocked() async throws {
        let keys = BackupKeys([.passphrase("correct horse battery")])
        let (lock, _) = try #require(try keys.lock(backupID: "b"))
        _ = try keys.open(lock, backupID: "b")
        #expect(throws: BackupError.self) { try keys.open(lock, backupID: "c") }
        #expect(throws: BackupError.self) { try BackupKeys([.passphrase("correct horse")]).open(lock, backupID: "b") }
    }

    @Test func aChainOfAPassphraseIsOpenedByOneDerivation() throws {
        let keys = BackupKeys([.passphrase("correct horse battery")])
        var (locks, ciphers): ([BackupLock], [AES256GCM]) = ([], [])
        for index in 0..<20 {
            let (lock, cipher) = try #require(try keys.lock(backupID: "b\(index)"))
            locks.append(lock)
            ciphers.append(cipher)
        }
        // One salt, and each its own key: what one sealed the next one does not open.
        #expect(Set(locks.map(\.derivation)).count == 1)
        #expect(Set(locks.map(\.wrappedKey)).count == 20)
        let sealed = try ciphers[0].seal([1, 2, 3], context: [])
        let other = ciphers[1]
        #expect(throws: (any Error).self) { try other.open(sealed, context: []) }
        #expect(keys.passphraseKeys.count == 1)
        let others = BackupKeys([.passphrase("correct horse battery")])
        for (index, lock) in locks.enumerated() {
            let cipher = try others.open(lock, backupID: "b\(index)")
            let opened = try cipher.open(ciphers[index].seal([7], context: []), context: [])
            #expect(opened == [7])
        }
        #expect(others.passphraseKeys.count == 1)
        // Another process has another salt.
        let (fresh, _) = try #require(try others.lock(backupID: "c"))
        #expect(fresh.derivation != locks[0].derivation)
    }

    @Test func withoutAKeyNoneIsMadeUnlessThatIsWanted() async throws {
        try await BackupPlace.open(key: false) { place in
            let made = try await place.service.createFullBackup(by: BackupPlace.author)
            #expect(made.manifest.lock == nil)
            #expect(try await place.service.verify(made.manifest.backupID, .full, by: BackupPlace.author).isSound)
            await #expect(throws: BackupError.self) {
                try await place.service.create(BackupOrder(.full, escrowsKeys: true), by: BackupPlace.author)
            }
            let strict = try BackupService(
                store: place.system.store,
                pool: place.system.pool,
                engine: place.system.projections,
                repositories: [place.storage],
                keys: BackupKeys(),
                productVersion: "test",
                logger: LogFixture.quiet
            )
            await #expect(throws: BackupError.self) { try await strict.createFullBackup(by: BackupPlace.author) }
        }
    }

    @Test func ofAnAlteredLogThereIsNoBackup() async throws {
        try await BackupPlace.open { place in
            try await place.register(["ada", "ben"])
            let pool = PostgresPool(
                configuration: try PostgresConfiguration(url: place.url),
                maximumConnections: 1,
                logger: LogFixture.quiet
            )
            let running = Task { try await pool.run() }
            try await pool.withConnection { connection in
                _ = try await connection.script(
                    """
                    alter table log.events disable trigger all;
                    update log.events set data = replace(data::text, 'ben', 'bob')::json
                    where type = 'identity.user-registered' and data ->> 'userId' = 'ben';
                    alter table log.events enable trigger all
                    """
                )
            }
            running.cancel()
            _ = await running.result
            let error = await #expect(throws: BackupError.self) {
                try await place.service.createFullBackup(by: BackupPlace.author)
            }
            #expect(error?.kind == .damaged)
            let record = try await place.service.backups(limit: 1).first
            #expect(record?.state == .failed)
            #expect(try await place.storage.backups().isEmpty)
        }
    }

    @Test func aRepositoryThatFailsLeavesNothingThatCounts() async throws {
        try await BackupPlace.open { place in
            try await place.register((0..<10).map { "a\($0)" })
            // The events, the checkpoints, the manifest: there are no idempotency keys.
            for failing in 0..<3 {
                let storage = FailingStorage(place.storage, failingAt: failing)
                let service = try BackupService(
                    store: place.system.store,
                    pool: place.system.pool,
                    engine: place.system.projections,
                    repositories: [storage],
                    keys: try place.keys,
                    productVersion: "test",
                    logger: LogFixture.quiet
                )
                await #expect(throws: BackupError.self) { try await service.createFullBackup(by: BackupPlace.author) }
                #expect(try await place.storage.backups().isEmpty)
                #expect(try await place.service.backups(limit: 1).first?.state == .failed)
            }
            _ = try await place.service.createFullBackup(by: BackupPlace.author)
        }
    }

    @Test func oneThatIsCancelledLeavesNothing() async throws {
        try await BackupPlace.open { place in
            try await place.register((0..<10).map { "a\($0)" })
            let storage = FailingStorage(place.storage, failingAt: nil, hangs: true)
            let service = try BackupService(
                store: place.system.store,
                pool: place.system.pool,
                engine: place.system.projections,
                repositories: [storage],
                keys: try place.keys,
                productVersion: "test",
                logger: LogFixture.quiet
            )
            let id = try await service.start(BackupOrder(.full), by: BackupPlace.author)
            await storage.hasBegun()
            #expect(service.progress(of: id) != nil)
            try await service.cancel(id, by: BackupPlace.author)
            while try await place.service.backup(id).state == .running { try await Task.sleep(for: .milliseconds(20)) }
            #expect(try await place.service.backup(id).state == .cancelled)
            #expect(try await place.storage.backups().isEmpty)
        }
    }
}

/// A repository whose writes fail from some call on, or hang until they are cancelled.
final class FailingStorage: BackupStorage {
    private let inner: DirectoryStorage
    private let failingAt: Int?
    private let hangs: Bool
    private let calls = CallCount()
    let name = "main"
    let place = "a place that fails"

    init(_ inner: DirectoryStorage, failingAt: Int?, hangs: Bool = false) {
        self.inner = inner
        self.failingAt = failingAt
        self.hangs = hangs
    }

    func hasBegun() async { while await calls.count == 0 { try? await Task.sleep(for: .milliseconds(5)) } }

    func put(_ bytes: [UInt8], as file: String, of backupID: String) async throws {
        let number = await calls.next()
        if hangs { try await Task.sleep(for: .seconds(60)) }
        if let failingAt, number >= failingAt { throw BackupError(.inaccessible, "The repository is full.") }
        try await inner.put(bytes, as: file, of: backupID)
    }

    func backups() async throws -> [StoredBackup] { try await inner.backups() }
    func get(_ file: String, of backupID: String, limit: Int64) async throws -> [UInt8] {
        try await inner.get(file, of: backupID, limit: limit)
    }
    func files(of backupID: String) async throws -> [String: Int64] { try await inner.files(of: backupID) }
    func remove(_ backupID: String) async throws { try await inner.remove(backupID) }
    func hold(_ backupID: String) async throws -> BackupHold? { try await inner.hold(backupID) }
    func claim(_ backupID: String) async throws -> BackupHold? { try await inner.claim(backupID) }
}

private actor CallCount {
    private(set) var count = 0

    func next() -> Int {
        defer { count += 1 }
        return count
    }
}
