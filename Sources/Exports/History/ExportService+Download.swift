package import EventStore
package import Events
import Time

extension ExportService {
    /// How a file goes out.
    package typealias Way = Events.Exports.Downloaded.Way

    /// The file of an export, which may be handed out to somebody. Nothing of it is until that is recorded.
    ///
    /// - Parameter rights: those of the author, now: of all that is in the file.
    package func offer(_ id: String, to user: String, rights: ExportRights) async throws -> ExportOffer {
        let record = try await export(id, for: user, rights: rights)
        return ExportOffer(record: record, file: try await file(of: record, rights), way: .api)
    }

    /// Hands out a file, or the part of it that is said, once that is recorded.
    package func download(
        _ offer: ExportOffer,
        _ part: Range<Int64>? = nil,
        by author: Author
    ) async throws -> ExportDownload {
        let part = part ?? 0..<offer.file.bytes
        // Before the first byte: nobody is to have what the log does not know of.
        try await append(
            Events.Exports.Downloaded(
                exportID: offer.record.exportID,
                way: offer.way,
                bytes: Int64(part.count),
                offset: part.lowerBound > 0 ? part.lowerBound : nil
            ),
            to: Stream.export(offer.record.exportID),
            branch: offer.record.branchID,
            by: author,
            causedBy: offer.cause
        )
        return ExportDownload(record: offer.record, file: offer.file, part: part, storage: storage)
    }

    /// Hands out the file of an export, once that is recorded. The plan's downloadExportFile.
    ///
    /// - Parameter rights: those of the author, now: of all that is in the file.
    package func download(
        _ id: String,
        way: Way = .api,
        by author: Author,
        rights: ExportRights
    ) async throws -> ExportDownload {
        var offer = try await offer(id, to: author.id, rights: rights)
        offer.way = way
        return try await download(offer, by: author)
    }

    /// The file of an export, if it is there and somebody's rights reach all of it.
    func file(of record: ExportRecord, _ rights: ExportRights) async throws -> ExportRecord.File {
        guard let file = record.file, record.state == .completed else {
            throw ExportError(.conflict, "The export is not made: it is \(record.state.rawValue).")
        }
        try await refuseUnlessCovered(record, file, rights)
        if file.holdsPersonal, try await wasErasedSince(record) {
            throw ExportError(
                .gone,
                "Personal text was erased since the file was made, and may be in it. Have it made again."
            )
        }
        let isExpired = file.expiresAt.map { $0 <= clock() } ?? false
        guard record.deletedAt == nil, !isExpired else {
            throw ExportError(.gone, "The file was removed, or is past its time. Have it made again.")
        }
        let size: Int64?
        do { size = try await storage.size(of: record.storedName) } catch let error as ExportStorageError {
            throw ExportError(.unavailable, error.message)
        }
        guard size == file.bytes else {
            throw ExportError(.damaged, "The file is missing or not what was written: have it made again.")
        }
        return file
    }

    /// Whether text was erased since the file was begun. Whatever moment it is of, what was erased before is not in it.
    private func wasErasedSince(_ record: ExportRecord) async throws -> Bool {
        guard let erased = try await newestErasure() else { return false }
        return try await history.begun(record.exportID).map { erased > $0 } ?? true
    }

    private func refuseUnlessCovered(
        _ record: ExportRecord,
        _ file: ExportRecord.File,
        _ rights: ExportRights
    ) async throws {
        let branches = file.branches.map(Set.init)
        for permission in file.permissions where !rights.cover(permission, branches) {
            throw ExportError(
                .forbidden(permission: permission, branch: record.order.branchID),
                "What is in the file takes the permission “\(permission)” in all of its branches."
            )
        }
        guard file.holdsPersonal else { return }
        guard let report = try await report(record.order.report) else {
            throw ExportError(.gone, "There is no such report any more.")
        }
        let personal = file.personalBranches.map(Set.init)
        if personal?.isEmpty != true, !rights.cover(report.personalPermission, personal) {
            throw ExportError(
                .forbidden(permission: report.personalPermission, branch: record.order.branchID),
                "The file holds personal text, which takes the permission “\(report.personalPermission)”."
            )
        }
    }
}
