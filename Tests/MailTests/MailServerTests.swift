import Curl
import TestSupport
import Testing
import Time

@testable import Mail

/// Mail handed to a real server, read there by another implementation.
struct MailServerTests {
    private static let password = "hunter2-of-the-office"

    private static func server(
        _ stand: StandIn,
        scheme: String = "smtp",
        password: String? = nil,
        security: CurlRequest.MailSecurity = .required,
        timeout: Duration = .seconds(20)
    ) throws -> MailServer {
        MailServer(
            MailServer.Settings(
                url: "\(scheme)://127.0.0.1:\(stand.port)",
                credentials: password.map { .init(user: "office", password: $0) },
                security: security,
                authorities: stand.authority,
                timeout: timeout
            ),
            client: try CurlClient(reach: .anywhere)
        )
    }

    private static func message(to local: String = "ann", text: String = "World") throws -> MailMessage {
        var message = try MailMessageTests.message(text: text)
        message.to.address = try #require(MailAddress("\(local)@home.example"))
        return message
    }

    @Test func aMessageArrivesWholeByEncryptionAndPassword() async throws {
        try await StandIn.run("smtp_server.py", "starttls", "office:\(Self.password)") { stand in
            let server = try Self.server(stand, password: Self.password)
            let text = "Grüße\n.\n..two\nFrom here \n" + String(repeating: "lang ", count: 300) + "\nEnde=20"
            var message = try Self.message(text: text)
            message.subject = "Zeugnis – Straße " + String(repeating: "sehr ", count: 20) + "lang"
            message.from.name = "Büro \"Nord\", Schule"
            message.html = "<p>Grüße &amp; <b>mehr</b></p>\n.\n"
            message.language = "de"
            message.unsubscribe = "https://books.example/settings"
            message.isUrgent = true
            message.attachments = [
                .init(name: "Zeugnis Ü.pdf", mediaType: "application/pdf", bytes: (0..<1_000).map { UInt8($0 & 255) }),
                .init(name: "a.csv", mediaType: "text\r\nX: y", bytes: []),
            ]
            #expect(await server.send(message) == .taken)
            let seen = try await stand.next()
            #expect(seen["tls"]?.bool == true)
            #expect(seen["user"]?.string == "office")
            #expect(seen["greeted"]?.string == "school.example")
            #expect(seen["envelope"]?["from"]?.string == "office@school.example")
            #expect(seen["envelope"]?["to"]?.array == ["ann@home.example"])
            #expect(seen["headers"]?["subject"]?.string == message.subject)
            #expect(seen["headers"]?["from"]?.string == "\"Büro \\\"Nord\\\", Schule\" <office@school.example>")
            #expect(seen["headers"]?["message-id"]?.string == "<abc-1@school.example>")
            #expect(seen["headers"]?["list-unsubscribe"]?.string == "<https://books.example/settings>")
            #expect(seen["text"]?.string == text)
            #expect(seen["html"]?.string == message.html)
            #expect(seen["attachments"]?.array?.map { $0["name"]?.string } == ["Zeugnis Ü.pdf", "a.csv"])
            #expect(
                seen["attachments"]?.array?.map { $0["type"]?.string } == [
                    "application/pdf", "application/octet-stream",
                ]
            )
            #expect(seen["attachments"]?.array?.first?["hex"]?.string?.hasPrefix("000102030405") == true)
            #expect(seen["defects"]?.array == [])
            #expect(seen["ascii"]?.bool == true)
            #expect(seen["bare"]?.int64 == 0 && seen["dots"]?.int64 == 0)
            #expect(seen["longest"]?.int64 ?? 99 <= 78)
            // The next goes by the same connection.
            #expect(await server.send(try Self.message()) == .taken)
            #expect(try await stand.next()["peer"]?.string == seen["peer"]?.string)
        }
    }

    @Test func aConnectionMayBeEncryptedFromTheStart() async throws {
        try await StandIn.run("smtp_server.py", "implicit", "office:\(Self.password)") { stand in
            #expect(
                await (try Self.server(stand, scheme: "smtps", password: Self.password)).send(try Self.message())
                    == .taken
            )
            let seen = try await stand.next()
            #expect(seen["tls"]?.bool == true && seen["user"]?.string == "office")
        }
    }

    @Test func nothingIsSaidToAServerThatDoesNotEncryptUnlessThatIsAllowed() async throws {
        try await StandIn.run("smtp_server.py", "none") { stand in
            guard case .unanswered = await (try Self.server(stand)).send(try Self.message()) else {
                Issue.record("it was sent in clear")
                return
            }
            #expect(await (try Self.server(stand, security: .off)).send(try Self.message(to: "ben")) == .taken)
            #expect(try await stand.next()["envelope"]?["to"]?.array == ["ben@home.example"])
        }
    }

    @Test func aWrongPasswordOrAnUnknownCertificateIsTriedAgainLaterAndNoSecretIsTold() async throws {
        try await StandIn.run("smtp_server.py", "starttls", "office:\(Self.password)") { stand in
            let outcome = await (try Self.server(stand, password: "wrong-\(Self.password)")).send(try Self.message())
            #expect(outcome == .failed("535 5.7.8: not signed in"))
            #expect(!"\(outcome)".contains(Self.password))
            let unknown = MailServer(
                MailServer.Settings(url: "smtp://127.0.0.1:\(stand.port)"),
                client: try CurlClient(reach: .anywhere)
            )
            guard case .unanswered(let why) = await unknown.send(try Self.message()) else {
                Issue.record("an unknown certificate was trusted")
                return
            }
            #expect(why.contains("certificate"))
        }
    }

    @Test func aSenderThatIsRefusedConcernsAllMailAndIsTriedAgain() async throws {
        try await StandIn.run("smtp_server.py", "starttls") { stand in
            let server = try Self.server(stand)
            func send(from local: String, to recipient: String = "ann") async throws -> MailOutcome {
                var message = try Self.message(to: recipient)
                message.from.address = try #require(MailAddress("\(local)@school.example"))
                return await server.send(message)
            }
            #expect(try await send(from: "refused") == .failed("550 5.7.1"))
            #expect(try await send(from: "long") == .refused("552 5.3.4"))
            // On a connection that is used again, too.
            #expect(try await send(from: "office") == .taken)
            #expect(try await send(from: "refused") == .failed("550 5.7.1"))
            #expect(try await send(from: "office", to: "blocked") == .refused("550 5.7.1"))
        }
    }

    @Test func aRefusalIsForEverAndTheRestIsTriedAgain() async throws {
        try await StandIn.run("smtp_server.py", "starttls") { stand in
            let server = try Self.server(stand)
            // Codes alone: the words quote the address.
            #expect(await server.send(try Self.message(to: "missing")) == .noSuchAddress("550 5.1.1"))
            #expect(await server.send(try Self.message(to: "blocked")) == .refused("550 5.7.1"))
            #expect(await server.send(try Self.message(to: "plain")) == .refused("550"))
            #expect(await server.send(try Self.message(to: "later")) == .failed("451 4.3.0"))
            #expect(await server.send(try Self.message(text: "virus")) == .refused("554 5.6.0"))
            guard case .unanswered = await server.send(try Self.message(to: "drop")) else {
                Issue.record("a broken connection is no failure")
                return
            }
            #expect(await server.send(try Self.message()) == .taken)
            let slow = try Self.server(stand, timeout: .milliseconds(500))
            #expect(await slow.send(try Self.message(to: "slow")) == .unanswered("Timeout was reached"))
        }
        let nobody = MailServer(.init(url: "smtp://127.0.0.1:1"), client: try CurlClient(reach: .anywhere))
        guard case .unanswered = await nobody.send(try Self.message()) else {
            Issue.record("nobody there is no failure")
            return
        }
    }
}
