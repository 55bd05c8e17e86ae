package import EventStore
import Events
import Time

extension ExportService {
    /// Calls an export off that is not made yet.
    @discardableResult
    package func cancel(
        _ id: String,
        reason: String? = nil,
        by author: Author,
        rights: ExportRights
    ) async throws -> Receipt {
        let record = try await managed(id, by: author, rights)
        let receipt = try await append(to: Stream.export(id), by: author) {
            guard try await history.export(id)?.isOpen == true else {
                throw ExportError(.conflict, "The export is over: there is nothing to call off.")
            }
            return NewEvent(Events.Exports.Cancelled(exportID: id, reason: reason), branch: record.branchID)
        }
        running.stop(id)
        return receipt
    }

    /// Removes an export: its file, or its place in the queue.
    @discardableResult
    package func remove(
        _ id: String,
        reason: String? = nil,
        by author: Author,
        rights: ExportRights
    ) async throws -> Receipt {
        let record = try await managed(id, by: author, rights)
        guard record.deletedAt == nil else { throw ExportError(.gone, "The export was removed before.") }
        if record.isOpen {
            return try await cancel(id, reason: reason, by: author, rights: rights)
        }
        return try await remove(record, .asked, reason: reason, by: author)
    }

    /// Removes the files that are past their time, and those that were made longer ago than so many days. The plan's
    /// deleteOldExports.
    ///
    /// - Returns: how many were removed.
    package func removeOld(
        keepingDays days: Int?,
        by author: Author,
        rights: ExportRights
    ) async throws -> Int {
        guard rights.holds(Self.managePermission, in: nil) else {
            throw ExportError(
                .forbidden(permission: Self.managePermission, branch: nil),
                "This needs the permission “\(Self.managePermission)”."
            )
        }
        return try await removeOld(
            completedBefore: days.map { clock() - .seconds(Int64($0) * 86_400) },
            by: author
        )
    }

    func removeOld(completedBefore: Timestamp? = nil, by author: Author) async throws -> Int {
        var count = 0
        while !Task.isCancelled {
            let old = try await history.expired(at: clock(), completedBefore: completedBefore, limit: 100)
            if old.isEmpty { break }
            for record in old where try await removeUnlessGone(record, .expired, by: author) { count += 1 }
        }
        return count
    }

    /// Removes the files that may hold personal text that was erased since they were made.
    ///
    /// - Returns: how many were removed.
    func removeErased(by author: Author) async throws -> Int {
        guard let position = try await newestErasure() else { return 0 }
        var count = 0
        while !Task.isCancelled {
            let erased = try await history.erased(by: position, limit: 100)
            if erased.isEmpty { break }
            for record in erased where try await removeUnlessGone(record, .erased, by: author) { count += 1 }
        }
        return count
    }

    /// Where personal text was erased last.
    func newestErasure() async throws -> Int64? {
        try await store.reader.eventsBackwards(types: [Log.PersonalErased.type], limit: 1).first?.position
    }

    /// - Returns: whether it was still there.
    private func removeUnlessGone(
        _ record: ExportRecord,
        _ cause: Events.Exports.Deleted.Cause,
        by author: Author
    ) async throws -> Bool {
        do { try await remove(record, cause, by: author) } catch let error as ExportError where error.code == .gone {
            return false
        }
        return true
    }

    @discardableResult
    private func remove(
        _ record: ExportRecord,
        _ cause: Events.Exports.Deleted.Cause,
        reason: String? = nil,
        by author: Author
    ) async throws -> Receipt {
        let receipt = try await append(to: Stream.export(record.exportID), by: author) {
            // Others remove too: whoever asked as well, and what is past its time.
            guard try await history.export(record.exportID)?.deletedAt == nil else {
                throw ExportError(.gone, "The export was removed before.")
            }
            let event = Events.Exports.Deleted(exportID: record.exportID, cause: cause, reason: reason)
            return NewEvent(event, branch: record.branchID)
        }
        // From here on it is not handed out. What cannot be removed now is removed with what is left over.
        do { try await storage.remove(record.storedName) } catch {
            logger.warning(
                "the file of an export could not be removed; it is tried again",
                metadata: ["exportId": "\(record.exportID)", "error": "\(error)"]
            )
        }
        return receipt
    }

    /// An export that somebody may call off or remove.
    private func managed(_ id: String, by author: Author, _ rights: ExportRights) async throws -> ExportRecord {
        let record = try await history.export(id)
        guard let record else { throw ExportError(.notFound, "There is no export “\(id)”.") }
        if record.ownerID == author.id { return record }
        guard rights.holds(Self.managePermission, in: record.order.branchID) else {
            guard rights.holds(Self.readPermission, in: record.order.branchID) else {
                throw ExportError(.notFound, "There is no export “\(id)”.")
            }
            throw ExportError(
                .forbidden(permission: Self.managePermission, branch: record.order.branchID),
                "This needs the permission “\(Self.managePermission)”."
            )
        }
        return record
    }
}
