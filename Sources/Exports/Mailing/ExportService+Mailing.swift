package import EventStore
import Events
import Mail
import Time

extension ExportService {
    /// Has an export sent to people, once it is made. The plan's emailReport.
    ///
    /// - Parameter rights: those of the author, now; asked again when each message is sent.
    @discardableResult
    package func mail(
        _ id: String,
        to recipients: [String],
        by author: Author,
        rights: ExportRights
    ) async throws -> Receipt {
        let record = try await export(id, for: author.id, rights: rights)
        var problems = Self.problems(recipients)
        if recipients.isEmpty { problems.append(.init("/recipients", "Name at least one recipient.")) }
        if mailer == nil { problems.append(Self.noMail) }
        guard problems.isEmpty else { throw ExportError(problems: problems) }
        switch record.state {
        case .completed: _ = try await file(of: record, rights)
        case .queued, .running, .waiting: break
        case .failed, .cancelled: throw ExportError(.conflict, "The export was not made: there is nothing to send.")
        }
        // In a stream of its own: whoever makes the export takes what comes into that of the export for somebody else's turn.
        let mailing = Self.mailing(of: id, to: recipients, sender: author.id)
        return try await append(
            mailing,
            to: Stream.mailing(mailing.mailingID),
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

    /// Hands out a file to whoever has a link to it.
    package func download(_ id: String, link token: String, by author: Author) async throws -> ExportDownload {
        // One answer for all that is wrong with a link: nothing can be learned by trying.
        let refusal = ExportError(.notFound, "There is no such link, or it is past its time.")
        guard let link = try ExportLink(token, of: id, store.keys),
            link.expiry > clock().microseconds / 1_000_000,
            let sender = try await history.sender(of: link.mailingID, link.exportID),
            let record = try await history.export(id)
        else { throw refusal }
        let file: ExportRecord.File
        do { file = try await self.file(of: record, try await authority.rights(of: sender)) } catch let error
            as ExportError
        {
            guard case .forbidden = error.code else { throw error }
            throw refusal
        }
        try await append(
            Events.Exports.Downloaded(exportID: id, way: .link, bytes: file.bytes),
            to: Stream.export(id),
            branch: record.branchID,
            by: author
        )
        return ExportDownload(record: record, file: file, storage: storage)
    }
}
