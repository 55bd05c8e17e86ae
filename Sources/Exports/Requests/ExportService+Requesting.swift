package import EventStore
import Events
package import Time

/// An export that was asked for.
package struct RequestedExports: Sendable {
    /// The batch, if it is one.
    package var batchID: String?
    /// The exports, in the order in which they were asked for.
    package var exportIDs: [String]
    /// Where it was recorded.
    package var receipt: Receipt

    /// What was begun, as the log has it: also for a request that comes again.
    init(_ receipt: Receipt) {
        self.receipt = receipt
        exportIDs = []
        for name in receipt.events.map(\.stream) {
            if let id = ExportService.Stream.batch(of: name) { batchID = id }
            if let id = ExportService.Stream.export(of: name), !exportIDs.contains(id) { exportIDs.append(id) }
        }
    }
}

extension ExportService {
    /// What asking for exports takes.
    package static let createPermission = "exports:create"
    /// What seeing those of others takes.
    package static let readPermission = "exports:read"
    /// What calling off and removing those of others takes.
    package static let managePermission = "exports:manage"

    /// Has a report made into a file, as soon as it is its turn.
    ///
    /// - Parameters:
    ///   - rights: those of the author, now. They are asked again when it is made and when it is handed out.
    /// - Throws: `ExportError` before anything is queued.
    package func request(
        _ order: ExportOrder,
        notBefore: Timestamp? = nil,
        by author: Author,
        rights: ExportRights
    ) async throws -> RequestedExports {
        try await request([order], batch: nil, notBefore: notBefore, by: author, rights: rights)
    }

    /// Has several made, at once or not before a time. The plan's scheduleBatchExport.
    package func requestBatch(
        _ orders: [ExportOrder],
        notBefore: Timestamp? = nil,
        by author: Author,
        rights: ExportRights
    ) async throws -> RequestedExports {
        try await request(orders, batch: Self.newID(), notBefore: notBefore, by: author, rights: rights)
    }

    static func newID() -> String { UUIDv7.generate().uuidString.lowercased() }

    private func request(
        _ orders: [ExportOrder],
        batch: String?,
        notBefore: Timestamp?,
        by author: Author,
        rights: ExportRights
    ) async throws -> RequestedExports {
        // First of all: how things stand now is nothing to what was accepted then.
        if let receipt = try await earlier(author) { return RequestedExports(receipt) }
        if let notBefore, notBefore > clock() + .seconds(366 * 86_400) {
            throw ExportError(problems: [.init("/notBefore", "This is more than a year ahead.")])
        }
        try await refuse(author.id, askingFor: Int64(orders.count))
        let plans = try await check(orders, isBatch: batch != nil, rights)
        let tie = Tie(batchID: batch, notBefore: notBefore, roles: rights.roles)
        return RequestedExports(try await append(Self.streams(plans, owner: author.id, tie), by: author))
    }

    /// What a request that comes again was answered with.
    func earlier(_ author: Author) async throws -> Receipt? {
        guard let key = author.idempotency else { return nil }
        return try await store.receipt(of: key)
    }

    /// Refuses what would be too much of one owner.
    private func refuse(_ owner: String, askingFor count: Int64) async throws {
        let share = try await history.share(of: owner)
        guard share.open + count <= settings.openPerOwner else {
            throw ExportError(
                .tooMany,
                "At most \(settings.openPerOwner) exports of yours may wait at a time. Call some off, or ask later."
            )
        }
        guard share.bytes < settings.bytesPerOwner else {
            throw ExportError(
                .tooMany,
                "Files of yours take \(share.bytes >> 20) MB, and \(settings.bytesPerOwner >> 20) MB are kept. Remove some."
            )
        }
    }

    // MARK: Events

    /// What an export belongs to, when it may be made, and with which roles.
    struct Tie: Sendable {
        var batchID: String?
        var scheduleID: String?
        var notBefore: Timestamp?
        var roles: [String]?
    }

    private static func streams(_ plans: [ExportPlan], owner: String, _ tie: Tie) -> [StreamAppend] {
        var streams: [StreamAppend] = []
        if let batch = tie.batchID {
            let event = Events.Exports.BatchRequested(
                batchID: batch,
                ownerID: owner,
                count: Int64(plans.count),
                notBefore: tie.notBefore
            )
            streams.append(StreamAppend(stream: Stream.batch(batch), expected: .none, events: [NewEvent(event)]))
        }
        return streams + plans.map { stream($0, owner: owner, tie) }
    }

    /// The events with which an export begins.
    static func stream(_ plan: ExportPlan, owner: String, id: String = newID(), _ tie: Tie) -> StreamAppend {
        let branch = plan.order.branchID ?? ExportOrder.institution
        var events = [NewEvent(plan.requested(id, owner: owner, tie), branch: branch)]
        if !plan.order.recipients.isEmpty {
            let mailing = mailing(of: id, to: plan.order.recipients, sender: owner, roles: tie.roles)
            events.append(NewEvent(mailing, branch: branch))
        }
        return StreamAppend(stream: Stream.export(id), expected: .none, events: events)
    }

    static func mailing(
        of export: String,
        to recipients: [String],
        sender: String,
        roles: [String]?
    ) -> Events.Exports.MailRequested {
        Events.Exports.MailRequested(
            exportID: export,
            mailingID: newID(),
            senderID: sender,
            count: Int64(recipients.count),
            roleIDs: roles,
            recipients: recipients
        )
    }
}
