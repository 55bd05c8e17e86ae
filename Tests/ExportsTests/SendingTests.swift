import Curl
import EventStore
import Events
import JSON
import Mail
import OpenSSL
import TestSupport
import Testing
import Time

@testable import Exports

/// Files by e-mail and by link, and schedules that send them.
@Suite struct SendingTests {
    static func mailer(_ stand: StandIn, limit: Int64 = 1 << 20) throws -> ExportMailer {
        var mailer = ExportMailer(
            server: MailServer(
                .init(url: "smtp://127.0.0.1:\(stand.port)", authorities: stand.authority),
                client: try CurlClient(reach: .anywhere)
            ),
            from: .init(try #require(MailAddress("office@school.example"))),
            publicAddress: "https://books.example"
        )
        mailer.attachmentLimit = limit
        return mailer
    }

    @Test func aFileArrivesAsAnAttachmentByteForByte() async throws {
        try await StandIn.run("smtp_server.py", "starttls") { stand in
            try await ExportHouse.open(mailer: Self.mailer(stand)) { house in
                var order = ExportHouse.students()
                order.fileName = "Schüler"
                order.recipients = ["head@home.example", "missing@home.example"]
                let record = try await house.make("anna", order)
                #expect(try await ExportMailWorker(house.service).send() == 2)
                let seen = try await stand.next()
                #expect(seen["envelope"]?["to"]?.array == ["head@home.example"])
                let attachment = try #require(seen["attachments"]?.array?.first)
                #expect(attachment["name"]?.string == "Schüler.csv" && attachment["type"] == "text/csv")
                let text = try await house.text(record.exportID, "anna")
                #expect(attachment["hex"]?.string == Hex.encode(Array(text.utf8)))
                let mailings = try await house.service.history.mailings(of: record.exportID)
                #expect(mailings.map(\.outcome) == ["sent", "refused"])
                #expect(mailings.map(\.way) == ["attachment", "attachment"])
                #expect(mailings[1].failure == "550 5.1.1")
                #expect(try await ExportMailWorker(house.service).send() == 0)
            }
        }
    }

    @Test func whatWasToBeSentBeforeARestoreFromABackupIsNot() async throws {
        try await StandIn.run("smtp_server.py", "starttls") { stand in
            try await ExportHouse.open(mailer: Self.mailer(stand)) { house in
                var order = ExportHouse.students()
                order.recipients = ["head@home.example"]
                let record = try await house.make("anna", order)
                try await house.system.store.sayRestored()
                #expect(try await ExportMailWorker(house.service).send() == 1)
                let mailings = try await house.service.history.mailings(of: record.exportID)
                #expect(mailings.map(\.outcome) == ["refused"])
                #expect(mailings.first?.failure?.contains("restored from a backup") == true)
            }
        }
    }

    @Test func aFileThatIsTooLargeGoesAsALinkThatIsGoodForAWhile() async throws {
        try await StandIn.run("smtp_server.py", "starttls") { stand in
            try await ExportHouse.open(mailer: Self.mailer(stand, limit: 10)) { house in
                let record = try await house.make("anna", ExportHouse.students())
                try await house.service.mail(
                    record.exportID,
                    to: ["head@home.example"],
                    by: Author(id: "anna"),
                    rights: house.rights("anna")
                )
                try await ExportMailWorker(house.service).send()
                let text = try await stand.next()["text"]?.string ?? ""
                let prefix = "https://books.example/exports/\(record.exportID)/link/"
                let start = try #require(text.range(of: prefix))
                let token = String(text[start.upperBound...].prefix { !$0.isWhitespace })
                let author = Author(id: "link")
                let offer = try await house.service.offer(record.exportID, link: token)
                let file = try await house.service.download(offer, by: author)
                #expect(SHA256.hash(try await file.bytes()).hex == record.file?.sha256)

                // The event names the one by which it was sent, and that its recipient.
                let reader = house.system.store.reader
                let taken = try #require(try await reader.stream("export-\(record.exportID)").last)
                let sent = try #require(
                    try await reader.events(from: 0, types: [Events.Exports.Mailed.type]).last
                )
                #expect(taken.type == Events.Exports.Downloaded.type)
                #expect(taken.header.causationID == sent.header.id)
                let mailed = try sent.decode(Events.Exports.Mailed.self)
                #expect(mailed.number == 0)

                // Of another export, of another recipient, changed, or past its time it is none.
                let other = try await house.make("anna", ExportHouse.students())
                let late = token.replacing(token.prefix { $0 != "." }, with: "99999999999")
                let theirs = token.replacing(".0.", with: ".1.")
                #expect(theirs != token)
                for (id, token) in [
                    (other.exportID, token), (record.exportID, late), (record.exportID, theirs),
                    (record.exportID, token + "A"),
                ] {
                    await #expect(throws: ExportError.self) { try await house.service.offer(id, link: token) }
                }
                house.clock.advance(by: .seconds(8 * 86_400))
                await #expect(throws: ExportError.self) {
                    try await house.service.offer(record.exportID, link: token)
                }
            }
        }
    }

    @Test func whatIsWithdrawnIsNotSentAndItsLinksDoNotHold() async throws {
        try await StandIn.run("smtp_server.py", "starttls") { stand in
            try await ExportHouse.open(mailer: Self.mailer(stand, limit: 10)) { house in
                let record = try await house.make("anna", ExportHouse.students())
                let (anna, rights) = (Author(id: "anna"), try await house.rights("anna"))
                func mailing() async throws -> String {
                    try await house.service.mail(record.exportID, to: ["head@home.example"], by: anna, rights: rights)
                    return try #require(try await house.service.history.mailings(of: record.exportID).last?.mailingID)
                }
                let sent = try await mailing()
                try await ExportMailWorker(house.service).send()
                let text = try await stand.next()["text"]?.string ?? ""
                let start = try #require(text.range(of: "/link/"))
                let token = String(text[start.upperBound...].prefix { !$0.isWhitespace })
                _ = try await house.service.offer(record.exportID, link: token)
                let ben = try await house.rights("ben")
                await #expect(throws: ExportError.self) {
                    try await house.service.withdraw(sent, of: record.exportID, by: Author(id: "ben"), rights: ben)
                }
                _ = try await house.service.withdraw(sent, of: record.exportID, by: anna, rights: rights)
                await #expect(throws: ExportError.self) {
                    try await house.service.offer(record.exportID, link: token)
                }
                let due = try await mailing()
                _ = try await house.service.withdraw(due, of: record.exportID, by: anna, rights: rights)
                #expect(try await ExportMailWorker(house.service).send() == 0)
                let outcomes = try await house.service.history.mailings(of: record.exportID).map(\.outcome)
                #expect(outcomes == ["withdrawn", "withdrawn"])
            }
        }
    }

    @Test func asAnotherFormatItIsMadeAnewOfTheSameMomentAndSent() async throws {
        try await StandIn.run("smtp_server.py", "starttls") { stand in
            try await ExportHouse.open(mailer: Self.mailer(stand)) { house in
                let record = try await house.make("anna", ExportHouse.students())
                try await house.report(house.student("s9", "north", "New"))
                let asked = try await house.service.mail(
                    record.exportID,
                    to: ["head@home.example"],
                    as: .ndjson,
                    by: Author(id: "anna"),
                    rights: house.rights("anna")
                )
                let id = try #require(asked.exportIDs.first)
                #expect(asked.exportIDs.count == 1 && id != record.exportID)
                _ = await ExportWorker.make(id, house.service)
                let other = try await house.record(id)
                #expect(other.size == record.size && other.rows == record.rows)
                #expect(try await ExportMailWorker(house.service).send() == 1)
                let attachment = try await stand.next()["attachments"]?.array?.first
                #expect(attachment?["name"]?.string == "students.ndjson")
            }
        }
    }

    @Test func asAnotherFormatItIsNotMadeAnewOnceWhatItWasAskedForByIsErased() async throws {
        try await StandIn.run("smtp_server.py", "starttls") { stand in
            try await ExportHouse.open(mailer: Self.mailer(stand)) { house in
                var order = ExportHouse.students()
                order.filters = [.init("name", .equal, "Zoë")]
                let record = try await house.make("anna", order)
                #expect(record.rows == 1)
                _ = try await house.system.store.erasePersonal(of: "anna", reason: "asked", actor: "admin")
                let rights = try await house.rights("anna")
                let refusal = await #expect(throws: ExportError.self) {
                    try await house.service.mail(
                        record.exportID,
                        to: ["head@home.example"],
                        as: .ndjson,
                        by: Author(id: "anna"),
                        rights: rights
                    )
                }
                #expect(refusal?.code == .conflict, "\(String(describing: refusal))")
                let known = try await house.service.exports(for: "anna", rights: rights).map(\.exportID)
                #expect(known == [record.exportID])
            }
        }
    }

    @Test func aScheduleAsksOnceForWhatItMissedAndSendsIt() async throws {
        try await StandIn.run("smtp_server.py", "starttls") { stand in
            try await ExportHouse.open(mailer: Self.mailer(stand)) { house in
                var order = ExportHouse.students()
                order.recipients = ["head@home.example"]
                let wish = ExportScheduleOrder("daily", order, ExportCadence(.daily, time: "06:00"))
                _ = try await house.service.schedule(wish, by: Author(id: "anna"), rights: house.rights("anna"))
                let scheduler = ExportScheduler(house.service)
                #expect(try await scheduler.askForWhatIsDue().isEmpty)
                house.clock.advance(by: .seconds(5 * 86_400))
                let asked = try await scheduler.askForWhatIsDue()
                #expect(asked.count == 1)
                #expect(try await scheduler.askForWhatIsDue().isEmpty)
                _ = await ExportWorker.make(asked[0], house.service)
                let record = try await house.record(asked[0])
                #expect(record.state == .completed && record.ownerID == "anna" && record.scheduleID == "daily")
                #expect(try await ExportMailWorker(house.service).send() == 1)
                #expect(try await stand.next()["envelope"]?["to"]?.array == ["head@home.example"])

                // Another's schedule is not to be replaced or ended.
                let ben = try await house.rights("ben")
                await #expect(throws: ExportError.self) {
                    try await house.service.cancelSchedule("daily", by: Author(id: "ben"), rights: ben)
                }
                await #expect(throws: ExportError.self) {
                    try await house.service.schedule(wish, by: Author(id: "ben"), rights: ben)
                }
                _ = try await house.service.cancelSchedule(
                    "daily",
                    by: Author(id: "anna"),
                    rights: house.rights("anna")
                )
                house.clock.advance(by: .seconds(5 * 86_400))
                #expect(try await scheduler.askForWhatIsDue().isEmpty)
            }
        }
    }

    @Test func nobodyIsAskedForWhereNoMailCanBeSent() async throws {
        try await ExportHouse.open { house in
            var order = ExportHouse.students()
            order.recipients = ["head@home.example"]
            await #expect(throws: ExportError.self) { try await house.ask("anna", order) }
        }
    }
}
