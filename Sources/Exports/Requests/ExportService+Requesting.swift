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
}

extension ExportService {
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
        if let notBefore, notBefore > clock() + .seconds(366 * 86_400) {
            throw ExportError(problems: [.init("/notBefore", "This is more than a year ahead.")])
        }
        var streams: [StreamAppend] = []
        var problems: [ExportError.Problem] = []
        if let batch {
            let event = Events.Exports.BatchRequested(
                batchID: batch,
                ownerID: author.id,
                count: Int64(orders.count),
                notBefore: notBefore
            )
            streams.append(StreamAppend(stream: Stream.batch(batch), expected: .none, events: [NewEvent(event)]))
        }
        for (index, order) in orders.enumerated() {
            do {
                let checked = try await check(order, at: batch == nil ? "" : "/exports/\(index)", rights)
                streams.append(
                    Self.stream(checked, owner: author.id, Tie(batchID: batch, notBefore: notBefore))
                )
            } catch let error as ExportError {
                guard case .invalid(let found) = error.code else { throw error }
                problems += found
            }
        }
        guard problems.isEmpty else { throw ExportError(problems: problems) }
        guard try await history.openCount(of: author.id) + Int64(orders.count) <= settings.openPerOwner else {
            throw ExportError(
                .tooMany,
                "At most \(settings.openPerOwner) exports of yours may wait at a time. Call some off, or ask later."
            )
        }
        let receipt = try await append(streams, by: author)
        // A repeated request is answered with what it began the first time.
        let names = receipt.events.map(\.stream)
        var ids: [String] = []
        for name in names where name.hasPrefix("export-") && !name.hasPrefix("export-batch-") {
            let id = String(name.dropFirst("export-".count))
            if !ids.contains(id) { ids.append(id) }
        }
        return RequestedExports(
            batchID: names.first { $0.hasPrefix("export-batch-") }.map { String($0.dropFirst("export-batch-".count)) },
            exportIDs: ids,
            receipt: receipt
        )
    }

    /// Refuses an order that cannot be made, or not by these rights, or that would be too large.
    ///
    /// - Returns: the plan, and the order with its moment made fast.
    func check(
        _ order: ExportOrder,
        at base: String = "",
        _ rights: ExportRights
    ) async throws -> ExportPlan {
        guard let report = try await report(order.report) else {
            let names = ExportReport.all.map(\.name).joined(separator: ", ")
            throw ExportError(
                problems: [
                    .init("\(base)/report", "There is no such report. There are \(names), and tables of read models.")
                ]
            )
        }
        guard rendering.formats.contains(order.format) else {
            throw ExportError(problems: [.init("\(base)/format", "This format is not built in here.")])
        }
        if !order.recipients.isEmpty, mailer == nil {
            throw ExportError(problems: [.init(base + Self.noMail.pointer, Self.noMail.message)])
        }
        var order = order
        let head = try await store.head().size
        if let size = try await size(at: order.moment) {
            guard (1...head).contains(size) else {
                throw ExportError(
                    problems: [.init("\(base)/asOf", "The log has no such moment; it ends at position \(head - 1).")]
                )
            }
            order.moment = .size(size)
        }
        let plan = try ExportPlan(order, of: report, at: base)
        let scope = try ExportScope(report, branch: order.branchID, rights.limited(to: Self.createPermission))
        try await refuseTooMuch(plan, scope, head)
        return plan
    }

    /// What asking for exports takes.
    package static let createPermission = "exports:create"
    /// What seeing those of others takes.
    package static let readPermission = "exports:read"
    /// What calling off and removing those of others takes.
    package static let managePermission = "exports:manage"

    private func size(at moment: ExportOrder.Moment) async throws -> Int64? {
        switch moment {
        case .turn: nil
        case .size(let size): size
        case .position(let position): position + 1
        case .time(let time): try await store.reader.size(at: time)
        }
    }

    private func refuseTooMuch(_ plan: ExportPlan, _ scope: ExportScope, _ head: Int64) async throws {
        let limit = plan.order.format.rowLimit
        var size = head
        if case .size(let asked) = plan.order.moment { size = asked }
        try await history.hold(size, in: plan.report.readModels)
        let query = ReportQuery(plan: plan, scope: scope, size: size, statements: statements)
        let rows = try await pool.query(try query.count(upTo: limit + 1), deadline: .seconds(60))
        guard try rows.first?.decode(Int64.self) ?? 0 <= limit else {
            throw ExportError(
                .tooLarge,
                "These are more than \(limit) rows, which is the most for this format. Ask for fewer, or for another format."
            )
        }
    }

    // MARK: Events

    /// What an export belongs to, and when it may be made.
    struct Tie: Sendable {
        var batchID: String?
        var scheduleID: String?
        var notBefore: Timestamp?
    }

    /// The events with which an export begins.
    static func stream(_ plan: ExportPlan, owner: String, id: String = newID(), _ tie: Tie) -> StreamAppend {
        let branch = plan.order.branchID ?? ExportOrder.institution
        var events = [NewEvent(plan.requested(id, owner: owner, tie), branch: branch)]
        if !plan.order.recipients.isEmpty {
            events.append(NewEvent(mailing(of: id, to: plan.order.recipients, sender: owner), branch: branch))
        }
        return StreamAppend(stream: Stream.export(id), expected: .none, events: events)
    }

    static func mailing(of export: String, to recipients: [String], sender: String) -> Events.Exports.MailRequested {
        Events.Exports.MailRequested(
            exportID: export,
            mailingID: newID(),
            senderID: sender,
            count: Int64(recipients.count),
            recipients: recipients
        )
    }
}

extension ExportRights {
    /// The same rights, where a further permission is held as well.
    func limited(to further: String) -> ExportRights {
        guard let limit = branches(further) else { return self }
        return ExportRights { permission in self.branches(permission).map { $0.intersection(limit) } ?? limit }
    }
}

extension ExportPlan {
    /// The event with which it is asked for. Conditions on personal columns are personal too.
    fileprivate func requested(
        _ id: String,
        owner: String,
        _ tie: ExportService.Tie
    ) -> Events.Exports.Requested {
        let personal = Set(report.columns.filter(\.isPersonal).map(\.name))
        let open = openFilters.filter { !personal.contains($0.column) }
        let closed = openFilters.filter { personal.contains($0.column) }
        var size: Int64?
        if case .size(let asked) = order.moment { size = asked }
        return Events.Exports.Requested(
            exportID: id,
            branchID: order.branchID ?? ExportOrder.institution,
            ownerID: owner,
            report: report.name,
            format: .init(order.format),
            columns: order.columns,
            filters: open.isEmpty
                ? nil : open.map { .init(column: $0.column, relation: .init($0.relation), value: $0.value) },
            sort: order.sort,
            locale: order.locale,
            zone: order.zone,
            bom: order.hasByteOrderMark ? true : nil,
            fileName: fileName,
            size: size,
            batchID: tie.batchID,
            scheduleID: tie.scheduleID,
            notBefore: tie.notBefore,
            keepDays: order.keepDays.map(Int64.init),
            personalFilters: closed.isEmpty
                ? nil : closed.map { .init(column: $0.column, relation: .init($0.relation), value: $0.value) }
        )
    }

    /// The conditions as they were asked for, with the range of days among them.
    var openFilters: [ExportOrder.Filter] {
        var filters = order.filters
        if let day = report.day {
            if let from = order.from { filters.append(.init(day, .from, from.text)) }
            if let to = order.to { filters.append(.init(day, .to, to.text)) }
        }
        return filters
    }
}

extension Events.Exports.Requested.Format {
    init(_ format: ExportFormat) {
        switch format {
        case .pdf: self = .pdf
        case .xlsx: self = .xlsx
        case .csv: self = .csv
        case .ndjson: self = .ndjson
        }
    }
}

extension Events.Exports.Requested.Filter.Relation {
    fileprivate init(_ relation: ExportOrder.Filter.Relation) {
        switch relation {
        case .equal: self = .equal
        case .from: self = .from
        case .to: self = .to
        }
    }
}

extension Events.Exports.Requested.PersonalFilter.Relation {
    fileprivate init(_ relation: ExportOrder.Filter.Relation) {
        switch relation {
        case .equal: self = .equal
        case .from: self = .from
        case .to: self = .to
        }
    }
}
