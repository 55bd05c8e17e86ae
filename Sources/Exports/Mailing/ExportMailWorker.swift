import EventStore
import Events
import Foundation
import Mail
import ServiceLifecycle
import Time

/// Sends files by e-mail: one server of all at a time, which a lock in the database chooses.
package struct ExportMailWorker: Service {
    private static let poll = Duration.seconds(1)
    private static let attempts: Int64 = 6

    private let service: ExportService

    /// A worker of a service; it does nothing where no mail can be sent.
    package init(_ service: ExportService) { self.service = service }

    /// Sends until graceful shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            guard service.mailer != nil else {
                // A service that returns ends the others.
                while !Task.isCancelled { try? await Task.sleep(for: .seconds(3_600)) }
                return
            }
            while !Task.isCancelled {
                do {
                    _ = try await Turn(name: "daybook export mail", service: service).take { connection in
                        while !Task.isCancelled {
                            let mark = service.store.committed.mark
                            // Whoever lost the connection has lost the lock.
                            let sent = try await send { _ = try await connection.query("select 1") }
                            if sent == 0 {
                                await service.store.committed.wait(since: mark, timeout: Self.poll)
                            }
                        }
                    }
                } catch {
                    if Task.isCancelled { return }
                    service.logger.warning("exports cannot be sent; trying again", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Sends what is due, one message after another: each is looked up anew, since mail may be withdrawn, and addresses erased,
    /// while others are sent.
    ///
    /// - Parameter confirm: throws unless this server is still the one that sends. Asked before each message.
    /// - Returns: how many messages were handled.
    @discardableResult
    func send(confirm: () async throws -> Void = {}) async throws -> Int {
        var handled = 0
        while handled < 50, !Task.isCancelled {
            try await confirm()
            guard let mail = try await service.history.mailDue(at: service.clock(), limit: 1).first else { break }
            let result = await send(mail)
            let wasTaken = if case .taken = result.outcome { true } else { false }
            // What was broken off was not tried.
            if Task.isCancelled, !wasTaken { break }
            handled += 1
            let isLast = mail.attempts + 1 >= Self.attempts
            var event = Events.Exports.Mailed(
                exportID: mail.exportID,
                mailingID: mail.mailingID,
                number: mail.number,
                outcome: .sent,
                way: result.way,
                attempt: mail.attempts + 1
            )
            switch result.outcome {
            case .taken: break
            case .failed(let why), .unanswered(let why):
                event.outcome = isLast ? .refused : .failed
                event.reason = String(why.prefix(300))
                event.retryAt = isLast ? nil : service.clock() + ExportFailure.pause(after: mail.attempts + 1)
            case .refused(let why), .noSuchAddress(let why):
                event.outcome = .refused
                event.reason = String(why.prefix(300))
            }
            try await service.append(
                event,
                to: ExportService.Stream.mailing(mail.mailingID),
                by: Author(id: EventStore.systemActor)
            )
        }
        return handled
    }

    private func send(_ mail: DueMail) async -> (outcome: MailOutcome, way: Events.Exports.Mailed.Way?) {
        guard let mailer = service.mailer else { return (.refused("No mail server is set up."), nil) }
        guard let text = mail.recipient, let address = MailAddress(text) else {
            return (.refused("The address was erased."), nil)
        }
        do {
            guard try await mail.askedPosition > service.store.reader.lastRestored() else {
                return (.refused("It was asked for before the log was restored from a backup; ask for it again."), nil)
            }
            guard let record = try await service.history.export(mail.exportID) else {
                return (.refused("There is no such export."), nil)
            }
            // With the rights of whoever had it sent, as they are now.
            let file = try await service.file(of: record, service.authority.rights(of: mail.askedBy, roles: mail.roles))
            let isAttached = file.bytes <= mailer.attachmentLimit
            guard isAttached || mailer.publicAddress != nil else {
                return (.refused("The file is too large to be attached, and no public address is set for links."), nil)
            }
            let message = try await message(mail, to: address, record, file, mailer, isAttached)
            return (await mailer.server.send(message), isAttached ? .attachment : .link)
        } catch let error as ExportError {
            if case .unavailable = error.code { return (.failed(error.message), nil) }
            return (.refused(error.message), nil)
        } catch {
            service.logger.warning("an export could not be sent", metadata: ["error": "\(error)"])
            return (.failed("It could not be sent; the server's log says more."), nil)
        }
    }

    private func message(
        _ mail: DueMail,
        to address: MailAddress,
        _ record: ExportRecord,
        _ file: ExportRecord.File,
        _ mailer: ExportMailer,
        _ isAttached: Bool
    ) async throws -> MailMessage {
        let title = try await service.report(record.order.report)?.title ?? record.order.report
        let rows = record.rows ?? 0
        var text =
            "\(title): \(rows) \(rows == 1 ? "row" : "rows"), as of position \((record.size ?? 1) - 1) of the log.\n"
        if !isAttached, let origin = mailer.publicAddress {
            let (seconds, _) = mailer.linkLife.components
            let expiry = service.clock().microseconds / 1_000_000 + seconds
            let link = ExportLink(
                exportID: record.exportID,
                mailingID: mail.mailingID,
                number: mail.number,
                expiry: expiry
            )
            let until = Timestamp(microseconds: expiry * 1_000_000).rfc3339
            text += "\nIt is too large to be attached. Until \(until) it can be had here:\n"
            text += "\(origin)/exports/\(record.exportID)/link/\(try link.token(service.store.keys))\n"
            text += "\nWhoever has this link has the file: do not pass it on.\n"
        }
        text += "\nSHA-256 of the file: \(file.sha256)\nRoot hash of the log there: \(file.rootHash)\n"
        var message = MailMessage(
            from: mailer.from,
            to: .init(address),
            subject: "\(title) (\(record.fileName))",
            date: service.clock(),
            id: "\(mail.mailingID)-\(mail.number)",
            text: text
        )
        message.language = "en"
        if isAttached {
            let bytes = try await ExportDownload(
                record: record,
                file: file,
                part: 0..<file.bytes,
                storage: service.storage
            ).bytes()
            message.attachments = [
                .init(
                    name: record.fileName,
                    mediaType: String(record.order.format.mediaType.prefix { $0 != ";" }),
                    bytes: bytes
                )
            ]
        }
        return message
    }
}
