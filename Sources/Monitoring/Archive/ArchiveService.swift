package import EventStore
import Events
import Foundation
import JSON
package import Logging
import MerkleLog
import OpenSSL
package import Postgres
import Synchronization
package import Time

/// What archiving or clearing did.
package struct ArchiveOutcome: Sendable, Hashable {
    /// The archives that were made.
    package var archives: [ArchiveManifest] = []
    /// How many payloads are archived by them.
    package var archived: Int64 = 0
    /// How many payloads were taken out of the database.
    package var released: Int64 = 0
    /// The last event that says so.
    package var position: Int64?
    /// Nothing recorded later than this was touched, by kind.
    package var cutoffs: [RetentionPolicy.Kind: Timestamp] = [:]
}

/// Writes old payloads to files, reads these back, and only then takes the payloads out of the database.
///
/// Headers, digests and leaf hashes stay, so proofs and verification go on to hold. Personal text is not archived: what
/// is released loses it for good.
package final class ArchiveService: Sendable {
    /// How long the database may look for payloads: it reads those that are still there, never what was released before.
    static let deadline = Duration.seconds(300)
    /// One event that releases does so for no more than this, since appends wait meanwhile.
    static let releaseLimit: Int64 = 500
    static let releaseBytes: Int64 = 8 << 20

    let store: EventStore
    let pool: PostgresPool
    let reader: MonitoringReader
    let policy: RetentionPolicy
    let registry: PrometheusRegistry
    let directory: ArchiveDirectory
    let keyFile: String?
    let logger: Logger
    private let turn = AsyncTurn()
    private let failing = Atomic<Bool>(false)
    let nextSQL: String
    let countSQL: String
    let unreleasedSQL: String

    /// - Parameter keyFile: read when it is needed.
    package init(
        store: EventStore,
        pool: PostgresPool,
        reader: MonitoringReader,
        policy: RetentionPolicy,
        directory: String,
        keyFile: String?,
        registry: PrometheusRegistry = .process,
        logger: Logger
    ) throws {
        self.store = store
        self.pool = pool
        self.reader = reader
        self.policy = policy
        self.directory = ArchiveDirectory(path: directory)
        self.keyFile = keyFile
        self.registry = registry
        self.logger = logger
        nextSQL = try MonitoringSQL.text("archive/next.sql")
        countSQL = try MonitoringSQL.text("archive/count.sql")
        unreleasedSQL = try MonitoringSQL.text("archive/unreleased.sql")
    }

    /// Archives what is older than so many days, and releases it. The plan's archiveLogs.
    ///
    /// - Parameter releases: whether the payloads are taken out of the database.
    package func archive(
        olderThanDays days: Int,
        releases: Bool = true,
        by actor: Author,
        now: Timestamp = .now()
    ) async throws -> ArchiveOutcome {
        let result = await turn.take { () async -> Result<ArchiveOutcome, any Error> in
            do { return .success(try await self.archived(days, releases, actor, now)) } catch { return .failure(error) }
        }
        if case .success = result { failing.store(false, ordering: .relaxed) }
        return try heard(result)
    }

    private func archived(
        _ days: Int,
        _ releases: Bool,
        _ actor: Author,
        _ now: Timestamp
    ) async throws -> ArchiveOutcome {
        let hold = try directory.hold()
        defer { hold.release() }
        var outcome = ArchiveOutcome()
        for kind in RetentionPolicy.Kind.allCases {
            let below = try await below(kind, days, now, &outcome)
            // What an archive holds that has gone since is archived again.
            let earlier = try await holdings(kind, below: below)
            try await archive(kind, below: below, beside: earlier.soundIDs, by: actor, now, &outcome)
            guard releases else { continue }
            let sound = earlier.soundIDs + outcome.archives.map(\.archiveID)
            let holdings = try await holdings(kind, below: below, made: sound)
            try await release(holdings.sound, below: below, by: actor, &outcome)
        }
        if outcome.released > 0 { await vacuum() }
        return outcome
    }

    /// Remembers that files could not be written, and says what is wrong with them to whoever runs the server; the caller
    /// hears no path.
    private func heard(_ result: Result<ArchiveOutcome, any Error>) throws -> ArchiveOutcome {
        if case .failure(let error as MonitoringError) = result, error.isAboutFiles {
            failing.store(true, ordering: .relaxed)
            logger.error("logs could not be archived", metadata: ["error": "\(error)"])
        }
        return try result.get()
    }

    /// Whether archives could not be written, or read back, when that was last tried.
    package var isFailing: Bool { failing.load(ordering: .relaxed) }

    /// Takes what is older than so many days, and archived, out of the database. The plan's clearLogs.
    ///
    /// - Parameter words: gives up what is not archived as well, if they are the words that the refusal names.
    /// - Throws: `MonitoringError(.conflict)` where something is not archived and the words are others.
    package func clear(
        olderThanDays days: Int,
        words: String?,
        by actor: Author,
        now: Timestamp = .now()
    ) async throws -> ArchiveOutcome {
        let result = await turn.take { () async -> Result<ArchiveOutcome, any Error> in
            do { return .success(try await self.cleared(days, words, actor, now)) } catch { return .failure(error) }
        }
        return try heard(result)
    }

    private func cleared(
        _ days: Int,
        _ words: String?,
        _ actor: Author,
        _ now: Timestamp
    ) async throws -> ArchiveOutcome {
        var outcome = ArchiveOutcome()
        var ends: [(kind: RetentionPolicy.Kind, below: Int64, holdings: ArchiveHoldings)] = []
        var unarchived: Int64 = 0
        for kind in RetentionPolicy.Kind.allCases {
            let below = try await below(kind, days, now, &outcome)
            let holdings = try await holdings(kind, below: below)
            ends.append((kind, below, holdings))
            let sql = SQL(unescaped: countSQL, Self.names(kind), below, holdings.soundIDs)
            let rows = try await pool.query(sql, deadline: Self.deadline)
            unarchived += try rows.first?.decode(Int64.self) ?? 0
        }
        let needed = Self.words(unarchived)
        guard unarchived == 0 || words == needed else {
            throw MonitoringError(
                .conflict,
                Self.sentence(about: ends.flatMap(\.holdings.lost))
                    + "\(unarchived) of these payloads are not archived, and would be lost. Archive them first, or say: "
                    + needed
            )
        }
        for (kind, below, holdings) in ends {
            try await release(holdings.sound, below: below, by: actor, &outcome)
            if unarchived > 0 {
                let range = Range(types: Self.names(kind), from: 0, below: below)
                try await release(range, archiveID: nil, reason: needed, by: actor, &outcome)
            }
        }
        if outcome.released > 0 { await vacuum() }
        return outcome
    }

    /// What has to be said for payloads that are not archived to be given up.
    package static func words(_ count: Int64) -> String { "give up \(count) payloads that are not archived" }

    static func names(_ kind: RetentionPolicy.Kind) -> [String] {
        RetentionPolicy.types(of: kind).map(\.rawValue).sorted()
    }

    private func below(
        _ kind: RetentionPolicy.Kind,
        _ days: Int,
        _ now: Timestamp,
        _ outcome: inout ArchiveOutcome
    ) async throws -> Int64 {
        let cutoff = policy.cutoff(kind, olderThanDays: days, now: now)
        outcome.cutoffs[kind] = cutoff
        return try await store.reader.size(at: Timestamp(microseconds: cutoff.microseconds - 1))
    }

    // MARK: Archiving

    private func archive(
        _ kind: RetentionPolicy.Kind,
        below: Int64,
        beside earlier: [String],
        by actor: Author,
        _ now: Timestamp,
        _ outcome: inout ArchiveOutcome
    ) async throws {
        guard let first = try await firstUnarchived(kind, below: below, beside: earlier) else { return }
        let key = try keyFile.map { try ArchiveKey(file: $0) }
        guard let note = try await store.prover.checkpoint(covering: below) else { return }
        var manifest = ArchiveManifest(
            archiveID: UUIDv7.generate().uuidString.lowercased(),
            origin: try Checkpoint(text: try SignedNote(parsing: note).text).origin,
            createdAt: now,
            types: Self.names(kind),
            fromPosition: first,
            checkpoint: note,
            keyID: key?.id
        )
        let partial = try directory.begin(manifest.archiveID)
        let folder: String
        do {
            try await writeSegments(of: kind, below: below, to: partial, key, &manifest)
            manifest.toPosition = below - 1
            let signed = try store.keys.signedNote(manifest.text)
            try directory.write(Array(signed.utf8), to: ArchiveManifest.fileName, in: partial)
            folder = try directory.finish(partial, as: manifest.archiveID)
        } catch {
            directory.discard(partial)
            throw error
        }
        let digest = try await readBack(folder, manifest, key)
        let event = Logs.Archived(
            archiveID: manifest.archiveID,
            types: manifest.types,
            fromPosition: manifest.fromPosition,
            toPosition: manifest.toPosition,
            events: manifest.events,
            segments: Int64(manifest.segments.count),
            bytes: manifest.bytes,
            manifestDigest: digest,
            encrypted: key != nil,
            before: outcome.cutoffs[kind]
        )
        outcome.position = try await append(NewEvent(event), by: actor)
        outcome.archives.append(manifest)
        outcome.archived += manifest.events
        registry.counter("daybook_archived_payloads_total").increment(by: manifest.events)
        logger.notice("payloads were archived", metadata: ["archiveId": "\(manifest.archiveID)"])
    }

    private func firstUnarchived(
        _ kind: RetentionPolicy.Kind,
        below: Int64,
        beside archives: [String]
    ) async throws -> Int64? {
        let sql = SQL(unescaped: nextSQL, Self.names(kind), Int64(0), below, Int64(1), archives, String?.none)
        return try await pool.query(sql, deadline: Self.deadline).first?.decode("position", as: Int64.self)
    }

    private func writeSegments(
        of kind: RetentionPolicy.Kind,
        below: Int64,
        to folder: String,
        _ key: ArchiveKey?,
        _ manifest: inout ArchiveManifest
    ) async throws {
        var position = manifest.fromPosition
        while position < below {
            var lines = JSONWriter(reservingCapacity: 1 << 20)
            var positions: [Int64] = []
            while position < below, positions.count < ArchiveSegment.eventLimit,
                lines.bytes.count < ArchiveSegment.byteLimit
            {
                let types = RetentionPolicy.types(of: kind)
                let page = try await store.reader.events(from: position, below: below, types: types, limit: 200)
                guard let last = page.last else {
                    position = below
                    break
                }
                for event in page where event.data != nil {
                    event.writeExported(into: &lines, includingPersonal: false)
                    lines.newline()
                    positions.append(event.position)
                }
                position = last.position + 1
            }
            guard let first = positions.first, let last = positions.last else { continue }
            let number = String(manifest.segments.count + 1)
            let name = String(repeating: "0", count: max(0, 6 - number.count)) + number + ".ndjson.lz4"
            let file = key == nil ? name : name + ".aes"
            let bytes = try ArchiveSegment.encode(lines.bytes, name: file, archiveID: manifest.archiveID, key: key)
            try directory.write(bytes, to: file, in: folder)
            manifest.segments.append(
                ArchiveManifest.Segment(
                    file: file,
                    digest: SHA256.hash(bytes).hex,
                    bytes: Int64(bytes.count),
                    rawBytes: Int64(lines.bytes.count),
                    events: Int64(positions.count),
                    fromPosition: first,
                    toPosition: last,
                    isEncrypted: key != nil
                )
            )
        }
    }

    /// Reads everything from the disk again and holds it against what the database has. Returns the manifest's digest.
    ///
    /// - Parameter manifest: what was just written, if it was.
    func readBack(_ folder: String, _ manifest: ArchiveManifest?, _ key: ArchiveKey?) async throws -> String {
        let archive = try ArchiveReader(folder: folder, verifiers: store.keys.verifiers(), key: key)
        guard manifest == nil || archive.manifest == manifest else {
            throw MonitoringError(.damaged, "The manifest is not the one that was written.", detail: folder)
        }
        try await archive.check { events in
            for start in stride(from: 0, to: events.count, by: 1_000) {
                let part = events[start..<min(start + 1_000, events.count)]
                let rows = try await pool.query(
                    "select position, leaf from log.events where position = any(\(part.map(\.position)))"
                )
                var leaves: [Int64: [UInt8]] = [:]
                for row in rows {
                    let (position, leaf) = try row.decode((Int64, [UInt8]).self)
                    leaves[position] = leaf
                }
                for event in part where leaves[event.position] != event.leaf.bytes {
                    throw MonitoringError(.damaged, "The event at position \(event.position) is another in the log.")
                }
            }
        }
        return SHA256.hash(try ArchiveDirectory.read("\(folder)/\(ArchiveManifest.fileName)")).hex
    }

    func append(_ event: NewEvent, by actor: Author) async throws -> Int64? {
        let receipt = try await store.append(
            AppendRequest(
                streams: [StreamAppend(stream: "archives", events: [event])],
                actor: actor.id,
                correlationID: actor.correlationID
            )
        )
        return receipt.events.last?.position
    }
}
