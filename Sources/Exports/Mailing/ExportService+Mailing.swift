package import EventStore
import Events
import Foundation
import Mail
import Time

extension ExportService {
    /// Has an export sent to people, once it is made. The plan's emailReport.
    ///
    /// - Parameters:
    ///   - format: as what; where that is not what the export is, the same report is made anew as that, and sent.
    ///   - rights: those of the author, now; asked again when each message is sent.
    /// - Returns: where it was recorded, and the export that is made for it, if one is.
    @discardableResult
    package func mail(
        _ id: String,
        to recipients: [String],
        as format: ExportFormat? = nil,
        by author: Author,
        rights: ExportRights
    ) async throws -> RequestedExports {
        if let receipt = try await earlier(author) { return RequestedExports(receipt) }
        let record = try await export(id, for: author.id, rights: rights)
        var problems = Self.problems(recipients)
        if recipients.isEmpty { problems.append(.init("/recipients", "Name at least one recipient.")) }
        if mailer == nil { problems.append(Self.noMail) }
        guard problems.isEmpty else { throw ExportError(problems: problems) }
        if let format, format != record.order.format {
            let order = try await order(of: record, as: format, to: recipients, for: author.id)
            return try await request(order, by: author, rights: rights)
        }
        switch record.state {
        case .completed: _ = try await file(of: record, rights)
        case .queued, .running, .waiting: break
        case .failed, .cancelled: throw ExportError(.conflict, "The export was not made: there is nothing to send.")
        }
        // In a stream of its own: whoever makes the export takes what comes into that of the export for somebody else's turn.
        let mailing = Self.mailing(of: id, to: recipients, sender: author.id, roles: rights.roles)
        return RequestedExports(
            try await append(
                mailing,
                to: Stream.mailing(mailing.mailingID),
                branch: record.branchID,
                by: author
            )
        )
    }

    /// The same report, of the same moment, in another format.
    private func order(
        of record: ExportRecord,
        as format: ExportFormat,
        to recipients: [String],
        for user: String
    ) async throws -> ExportOrder {
        guard record.ownerID == user || record.personalFilterCount == 0 else {
            throw ExportError(
                .conflict,
                "It was asked for with conditions on personal text, which are its owner's alone to know. Ask for your own."
            )
        }
        guard record.order.personalConditions >= record.personalFilterCount else {
            throw ExportError(.conflict, "What it was asked for by was erased. Ask for a new one.")
        }
        var order = record.order
        order.format = format
        order.recipients = recipients
        order.hasByteOrderMark = false
        if let size = record.size, try await report(order.report)?.moments == .any { order.moment = .size(size) }
        return order
    }

    /// Sees to it that a mailing is not sent any more, and that links in what was sent do not hold: whoever had it sent may,
    /// whose export it is, and who may remove it.
    package func withdraw(
        _ mailing: String,
        of id: String,
        by author: Author,
        rights: ExportRights
    ) async throws -> Receipt {
        if let receipt = try await earlier(author) { return receipt }
        let record = try await export(id, for: author.id, rights: rights)
        guard let sender = try await history.sender(of: mailing, id) else {
            throw ExportError(.notFound, "There is no such mailing, or it was withdrawn before.")
        }
        guard
            [sender.id, record.ownerID].contains(author.id)
                || rights.holds(Self.managePermission, in: record.order.branchID)
        else {
            throw ExportError(
                .forbidden(permission: Self.managePermission, branch: record.order.branchID),
                "This needs the permission “\(Self.managePermission)”."
            )
        }
        return try await append(
            Events.Exports.MailWithdrawn(exportID: id, mailingID: mailing),
            to: Stream.mailing(mailing),
            branch: record.branchID,
            by: author
        )
    }

    static let noMail = ExportError.Problem("/recipients", "No mail server is set up here.")

    static func problems(_ recipients: [String]) -> [ExportError.Problem] {
        var problems: [ExportError.Problem] = []
        for (index, recipient) in recipients.enumerated() where MailAddress(recipient) == nil {
            problems.append(.init("/recipients/\(index)", "This is no e-mail address."))
        }
        if Set(recipients).count != recipients.count {
            problems.append(.init("/recipients", "A recipient comes twice."))
        }
        return problems
    }

    /// The file that a link leads to. That it is taken away is tied to its having been sent, and so to its recipient.
    package func offer(_ id: String, link token: String) async throws -> ExportOffer {
        // One answer for all that is wrong with a link: nothing can be learned by trying.
        let refusal = ExportError(.notFound, "There is no such link, or it is past its time.")
        guard let link = try ExportLink(token, of: id, store.keys),
            link.expiry > clock().microseconds / 1_000_000,
            let sender = try await history.sender(of: link.mailingID, link.exportID),
            let record = try await history.export(id)
        else { throw refusal }
        do {
            let file = try await file(of: record, authority.rights(of: sender.id, roles: sender.roles))
            let cause = try await cause(of: link, askedAt: sender.askedPosition)
            return ExportOffer(record: record, file: file, way: .link, cause: cause)
        } catch let error as ExportError {
            guard case .forbidden = error.code else { throw error }
            throw refusal
        }
    }

    /// The event that a link was sent by: that of its recipient, or before that is recorded, that of the mailing.
    private func cause(of link: ExportLink, askedAt position: Int64) async throws -> UUID? {
        let sent = try await store.reader.stream(Stream.mailing(link.mailingID)).last { event in
            guard event.type == Events.Exports.Mailed.type, event.data != nil else { return false }
            let mailed = try event.decode(Events.Exports.Mailed.self)
            return mailed.number == link.number && mailed.outcome == .sent
        }
        if let sent { return sent.header.id }
        return try await store.reader.event(at: position)?.header.id
    }
}
