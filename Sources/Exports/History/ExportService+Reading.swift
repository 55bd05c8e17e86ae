import Time

extension ExportService {
    /// What somebody may see of the exports of others: their own, and by a permission those of branches.
    func sight(of user: String, _ rights: ExportRights) -> ExportHistory.Sight {
        guard let branches = rights.branches(Self.readPermission) else { return .all }
        return ExportHistory.Sight(owner: user, branches: branches.sorted())
    }

    /// Exports that somebody may see, newest first. The plan's getExportHistory.
    ///
    /// - Parameter owner: of this owner alone.
    package func exports(
        of owner: String? = nil,
        below position: Int64 = .max,
        for user: String,
        rights: ExportRights,
        limit: Int64 = 50
    ) async throws -> [ExportRecord] {
        try await history.exports(below: position, owner: owner, sight: sight(of: user, rights), limit: limit)
            .map { Self.shown($0, to: user) }
    }

    /// What is personal in what was asked for is its owner's alone to see.
    private static func shown(_ record: ExportRecord, to user: String) -> ExportRecord {
        record.ownerID == user ? record : record.withoutPersonal
    }

    /// An export. The plan's getBatchExportStatus; one that the asker may not see is not there.
    package func export(_ id: String, for user: String, rights: ExportRights) async throws -> ExportRecord {
        let found = try await history.exports(id: id, sight: sight(of: user, rights), limit: 1).first
        guard let found else { throw ExportError(.notFound, "There is no export “\(id)”.") }
        var record = Self.shown(found, to: user)
        if record.state == .running, let progress = running.progress(of: id) {
            record.rows = max(record.rows ?? 0, progress.rows)
            record.total = progress.total ?? record.total
        }
        return record
    }

    /// A batch and its exports.
    package func batch(_ id: String, for user: String, rights: ExportRights) async throws -> ExportBatch {
        guard var batch = try await history.batch(id),
            batch.ownerID == user || rights.holds(Self.readPermission, in: nil)
        else { throw ExportError(.notFound, "There is no batch “\(id)”.") }
        batch.exports = try await history.exports(batch: id, limit: 1_000).reversed().map { Self.shown($0, to: user) }
        return batch
    }

    /// What became of the messages of an export.
    package func mailings(of id: String, for user: String, rights: ExportRights) async throws -> [ExportMailing] {
        let record = try await export(id, for: user, rights: rights)
        return try await history.mailings(of: id).map { mailing in
            var mailing = mailing
            if record.ownerID != user { mailing.recipient = nil }
            return mailing
        }
    }
}
