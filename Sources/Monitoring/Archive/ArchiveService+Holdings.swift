import EventStore
import Logging
import Postgres

/// An archive with payloads that are still in the database.
struct ArchiveHolding: Sendable, Hashable {
    var archiveID: String
    var types: [String]
    var fromPosition: Int64
    var toPosition: Int64
    var manifestDigest: String

    init(_ row: PostgresRow) throws {
        archiveID = try row.decode("archive_id", as: String.self)
        types = try row.decode("types", as: [String].self)
        fromPosition = try row.decode("from_position", as: Int64.self)
        toPosition = try row.decode("to_position", as: Int64.self)
        manifestDigest = try row.decode("manifest_digest", as: String.self)
    }
}

/// Archives with payloads that are still in the database, by whether these could be had from them again.
struct ArchiveHoldings: Sendable, Hashable {
    /// Read back just now, in full.
    var sound: [ArchiveHolding] = []
    /// Gone, damaged, or not to be opened: what they hold counts as not archived.
    var lost: [ArchiveHolding] = []

    var soundIDs: [String] { sound.map(\.archiveID) }
}

extension ArchiveService {
    /// The archives of a kind whose payloads are in part still in the database, each read back now: the log says only that
    /// it was there once.
    ///
    /// - Parameter made: archives that were read back a moment ago, when they were made.
    func holdings(
        _ kind: RetentionPolicy.Kind,
        below: Int64,
        made: [String] = []
    ) async throws -> ArchiveHoldings {
        _ = try await reader.settle()
        let sql = SQL(unescaped: unreleasedSQL, Self.names(kind), below)
        var holdings = ArchiveHoldings()
        for row in try await pool.query(sql, deadline: Self.deadline) {
            let holding = try ArchiveHolding(row)
            let isSound =
                if made.contains(holding.archiveID) { true } else { try await isSound(holding) }
            if isSound { holdings.sound.append(holding) } else { holdings.lost.append(holding) }
        }
        return holdings
    }

    private func isSound(_ holding: ArchiveHolding) async throws -> Bool {
        do {
            let key = try keyFile.map { try ArchiveKey(file: $0) }
            let digest = try await readBack(directory.folder(of: holding.archiveID), nil, key)
            guard digest == holding.manifestDigest else {
                throw MonitoringError(.damaged, "The manifest is not the one that was recorded.")
            }
            return true
        } catch let error where !(error is CancellationError || error is PostgresError) {
            logger.error(
                "an archive cannot be read back; what it holds counts as not archived",
                metadata: ["archiveId": "\(holding.archiveID)", "error": "\(error)"]
            )
            return false
        }
    }

    /// Says which archives are missing, for whoever is refused because of them.
    static func sentence(about lost: [ArchiveHolding]) -> String {
        guard let first = lost.first else { return "" }
        let others = lost.count > 1 ? " and \(lost.count - 1) more" : ""
        return "The archive \(first.archiveID)\(others) cannot be read back from the archive directory. "
    }
}
