import EventStore
import Events
import MerkleLog
import OpenSSL
import Time

/// Copies a stretch of the log into a repository.
///
/// Several pieces are read, hashed, compressed and locked side by side, and none is held longer than it takes to store it.
/// Nothing counts before the manifest is there, and it is signed only when the tree of what was read has the root of a
/// signed checkpoint: what was altered in the database gets into no backup.
struct BackupWriter: Sendable {
    /// How many positions one task takes at most; each makes one file, or more where events are long.
    static let stretch: Int64 = 8_192
    /// Less than so many are not worth a task of their own.
    static let leastStretch: Int64 = 2_048
    /// What the rows of a file take at most, a last row aside.
    static let segmentLimit = 8 << 20
    private static let lanes = 2

    let store: EventStore
    /// What is copied.
    let snapshot: LogSnapshot
    let storage: any BackupStorage
    let keys: BackupKeys
    let productVersion: String
    /// Of how many positions the checkpoints, and the idempotency keys, are in one file.
    let ledgerStretch: Int64

    /// What is to be made.
    struct Order: Sendable {
        var backupID: String
        var kind: BackupManifest.Kind
        var from: Int64
        var checkpoint: Checkpoint
        var note: String
        var base: BackupManifest.Reference?
        var previous: BackupManifest.Reference?
        var summary: String?
        var escrowsKeys = false
    }

    /// What was made.
    struct Outcome: Sendable {
        var manifest: BackupManifest
        /// The SHA-256 of the manifest, in hexadecimal.
        var digest: String
    }

    private struct Stretch: Sendable {
        var range: Range<Int64>
        var segments: [BackupManifest.Segment] = []
        var leaves: [Hash] = []
        var types: [EventType: Int64] = [:]
        var first: Timestamp?
        var last: Timestamp?
    }

    /// - Parameter createdAt: the last moment of which the snapshot says everything.
    func write(
        _ order: Order,
        createdAt: Timestamp,
        _ progress: BackupProgress.Handler
    ) async throws -> Outcome {
        let locked = try keys.lock(backupID: order.backupID)
        guard !order.escrowsKeys || locked != nil else {
            throw BackupError(.invalid, "The keys that sign the log go only into a backup that is encrypted.")
        }
        let size = order.checkpoint.size
        // All lanes have something to do, also where little is new.
        let share = (size - order.from + Int64(Self.lanes) - 1) / Int64(Self.lanes)
        let stretch = min(max(share, Self.leastStretch), Self.stretch)
        let start = try await store.prover.tree(of: order.from)
        var tree = start
        var parts: [Stretch] = []
        try await withThrowingTaskGroup(of: Stretch.self) { group in
            var begun = order.from
            var waiting: [Int64: Stretch] = [:]
            var position = order.from
            while position < size {
                while begun < size, begun < position + Int64(Self.lanes) * stretch {
                    let range = begun..<min(begun + stretch, size)
                    begun = range.upperBound
                    group.addTask { try await write(range, order.backupID, locked?.cipher) }
                }
                guard let part = try await group.next() else { throw CancellationError() }
                waiting[part.range.lowerBound] = part
                while var next = waiting.removeValue(forKey: position) {
                    for leaf in next.leaves { tree.append(leaf) }
                    next.leaves = []
                    position = next.range.upperBound
                    parts.append(next)
                    progress(BackupProgress(stage: "copying", done: position - order.from, total: size - order.from))
                }
            }
        }
        guard tree.root == order.checkpoint.root else {
            throw BackupError(
                .damaged,
                "The log is not the one that was signed: no backup is made of it. Run: daybook verify"
            )
        }
        return try await finish(order, start, parts, locked, createdAt)
    }

    /// One stretch of positions.
    private func write(_ range: Range<Int64>, _ backupID: String, _ cipher: AES256GCM?) async throws -> Stretch {
        var stretch = Stretch(range: range)
        var position = range.lowerBound
        while position < range.upperBound {
            try Task.checkCancellation()
            let rows: RowCopy
            do {
                rows = try await snapshot.copyRows(
                    from: position,
                    below: range.upperBound,
                    byteLimit: Self.segmentLimit
                )
            } catch let error as LogCopyError {
                throw BackupError(.damaged, "No backup is made of a damaged log. \(error)")
            }
            let file = try await put(rows.bytes, as: Self.name("events", position), backupID, cipher)
            stretch.segments.append(
                BackupManifest.Segment(file: file, from: rows.range.lowerBound, below: rows.range.upperBound)
            )
            stretch.leaves += rows.leaves
            stretch.types.merge(rows.types, uniquingKeysWith: +)
            stretch.first = stretch.first ?? rows.firstRecordedAt
            stretch.last = rows.lastRecordedAt ?? stretch.last
            position = rows.range.upperBound
        }
        return stretch
    }

    private static func name(_ what: String, _ position: Int64) -> String {
        let digits = String(position)
        return "\(what)-" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits + ".seg"
    }

    private struct Ledger: Sendable {
        var checkpoints: [BackupManifest.File] = []
        var idempotencyKeys: [BackupManifest.File] = []
    }

    /// The checkpoints and idempotency keys, in stretches as the events: no file is too long to be read, and none is held
    /// longer than it takes to store it.
    private func writeLedger(_ order: Order, _ cipher: AES256GCM?) async throws -> Ledger {
        var files = Ledger()
        var position = order.from
        while position < order.checkpoint.size {
            try Task.checkCancellation()
            let end = min(position + ledgerStretch, order.checkpoint.size)
            let ledger = try await snapshot.copyLedger(after: position, through: end)
            if ledger.checkpoints.count > LedgerCopy.emptyLength {
                let name = Self.name("checkpoints", position)
                files.checkpoints.append(try await put(ledger.checkpoints, as: name, order.backupID, cipher))
            }
            if ledger.idempotencyKeys.count > LedgerCopy.emptyLength {
                let name = Self.name("idempotency", position)
                files.idempotencyKeys.append(try await put(ledger.idempotencyKeys, as: name, order.backupID, cipher))
            }
            position = end
        }
        return files
    }

    private func put(
        _ content: [UInt8],
        as name: String,
        _ backupID: String,
        _ cipher: AES256GCM?
    ) async throws -> BackupManifest.File {
        let bytes = try SegmentFile.encode(content, name: name, backupID: backupID, cipher)
        try await storage.put(bytes, as: name, of: backupID)
        return BackupManifest.File(
            name: name,
            digest: SHA256.hash(bytes).hex,
            bytes: Int64(bytes.count),
            rawBytes: Int64(content.count)
        )
    }

    private func finish(
        _ order: Order,
        _ start: CompactRange,
        _ parts: [Stretch],
        _ locked: (lock: BackupLock, cipher: AES256GCM)?,
        _ createdAt: Timestamp
    ) async throws -> Outcome {
        let ledger = try await writeLedger(order, locked?.cipher)
        let id = order.backupID
        let signing =
            order.escrowsKeys
            ? try await put(store.keys.exported(), as: "keys.seg", id, locked?.cipher) : nil
        let manifest = BackupManifest(
            backupID: id,
            origin: order.checkpoint.origin,
            kind: order.kind,
            createdAt: createdAt,
            productVersion: productVersion,
            summary: order.summary,
            from: order.from,
            size: order.checkpoint.size,
            firstRecordedAt: parts.first?.first,
            lastRecordedAt: parts.last?.last,
            edge: start.edge,
            checkpoint: order.note,
            base: order.base,
            previous: order.previous,
            types: parts.reduce(into: [:]) { $0.merge($1.types, uniquingKeysWith: +) },
            lock: locked?.lock,
            segments: parts.flatMap(\.segments),
            checkpoints: ledger.checkpoints,
            idempotencyKeys: ledger.idempotencyKeys,
            signingKeys: signing
        )
        try Task.checkCancellation()
        let note = Array(try store.keys.signedNote(manifest.text).utf8)
        try requireReadable(note)
        try await storage.put(note, as: BackupManifest.fileName, of: id)
        return Outcome(manifest: manifest, digest: SHA256.hash(note).hex)
    }

    /// Refuses a manifest that nobody could read again: a backup does not count as made before it is known to be one.
    private func requireReadable(_ note: [UInt8]) throws {
        do { _ = try BackupManifest(note: note, verifiers: store.keys.verifiers()) } catch let error as BackupError {
            throw BackupError(.invalid, "Nobody could read the backup again; none is made. \(error.message)")
        }
    }
}
