package import EventStore
package import Events
import OpenSSL
import Time

/// The file of an export, about to be handed out.
package struct ExportDownload: Sendable {
    private static let piece = 1 << 18

    /// The export.
    package let record: ExportRecord
    /// What the file is.
    package let file: ExportRecord.File
    let storage: any ExportStorage

    /// Hands over the bytes in pieces. The last piece comes only where all of them are what was written.
    ///
    /// - Throws: `ExportError(.damaged)` where they are not; what was handed over then is not whole.
    package func read(_ body: ([UInt8]) async throws -> Void) async throws {
        var hash = SHA256()
        var held: [UInt8] = []
        var offset: Int64 = 0
        while offset < file.bytes {
            let wanted = Int(min(Int64(Self.piece), file.bytes - offset))
            let bytes: [UInt8]
            do {
                bytes = try await storage.read(record.storedName, from: offset, count: wanted)
            } catch let error as ExportStorageError {
                throw ExportError(.unavailable, error.message)
            }
            guard bytes.count == wanted else { throw Self.damaged }
            hash.update(bytes)
            offset += Int64(wanted)
            if !held.isEmpty { try await body(held) }
            held = bytes
        }
        guard hash.finalize().hex == file.sha256 else { throw Self.damaged }
        if !held.isEmpty { try await body(held) }
    }

    /// All bytes of a small file.
    func bytes() async throws -> [UInt8] {
        var all: [UInt8] = []
        try await read { all += $0 }
        return all
    }

    private static let damaged = ExportError(.damaged, "The file is not what was written: have it made again.")
}

extension ExportService {
    /// How a file goes out.
    package typealias Way = Events.Exports.Downloaded.Way

    /// Hands out the file of an export, once that is recorded. The plan's downloadExportFile.
    ///
    /// - Parameter rights: those of the author, now: of all that is in the file.
    package func download(
        _ id: String,
        way: Way = .api,
        by author: Author,
        rights: ExportRights
    ) async throws -> ExportDownload {
        let record = try await export(id, for: author.id, rights: rights)
        let file = try await file(of: record, rights)
        // Before the first byte: nobody is to have what the log does not know of.
        try await append(
            Events.Exports.Downloaded(exportID: id, way: way, bytes: file.bytes),
            to: Stream.export(id),
            branch: record.branchID,
            by: author
        )
        return ExportDownload(record: record, file: file, storage: storage)
    }

    /// The file of an export, if it is there and somebody's rights reach all of it.
    func file(of record: ExportRecord, _ rights: ExportRights) async throws -> ExportRecord.File {
        guard let file = record.file, record.state == .completed else {
            throw ExportError(.conflict, "The export is not made: it is \(record.state.rawValue).")
        }
        try await refuseUnlessCovered(record, file, rights)
        if file.holdsPersonal, let size = record.size, try await wasErasedSince(size) {
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

    private func wasErasedSince(_ size: Int64) async throws -> Bool {
        let newest = try await store.reader.eventsBackwards(types: [Log.PersonalErased.type], limit: 1).first
        return newest.map { $0.position >= size } ?? false
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
