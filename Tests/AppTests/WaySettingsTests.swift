import Foundation
import Testing

@testable import App

/// How the ways out of the house are configured.
struct WaySettingsTests {
    private static let mail = [
        "DAYBOOK_SMTP_URL": "smtp://mail.school.example:587", "DAYBOOK_MAIL_FROM": "office@school.example",
    ]

    private static func refused(_ environment: [String: String]) -> [ConfigurationKey] {
        do throws(ConfigurationError) {
            _ = try DaybookConfiguration(environment: environment)
            return []
        } catch {
            return error.problems.map(\.key)
        }
    }

    @Test func nothingGoesOutWhereNothingIsConfigured() throws {
        let ways = try DaybookConfiguration(environment: [:]).ways
        #expect(ways.mail == nil && ways.webhook == nil && ways.pushContact == nil)
    }

    @Test func aMailServerAndASenderAreEnough() throws {
        let settings = try #require(try DaybookConfiguration(environment: Self.mail).ways.mail)
        #expect(settings.isEncrypted && settings.fromAddress == "office@school.example")
        #expect(settings.fromName == ConfigurationKey.institution.defaultValue)
        let named = Self.mail.merging(["DAYBOOK_MAIL_FROM": "Büro Nord <nord@school.example>"]) { $1 }
        let sender = try #require(try DaybookConfiguration(environment: named).ways.mail)
        #expect(sender.fromName == "Büro Nord" && sender.fromAddress == "nord@school.example")
    }

    @Test func halfOfAWayIsRefused() {
        #expect(Self.refused(["DAYBOOK_SMTP_URL": "smtp://mail.example"]) == [.mailFrom])
        #expect(Self.refused(["DAYBOOK_MAIL_FROM": "a@b.example"]) == [.mailFrom])
        #expect(Self.refused(Self.mail.merging(["DAYBOOK_SMTP_USER": "u"]) { $1 }) == [.smtpUser])
        #expect(Self.refused(Self.mail.merging(["DAYBOOK_SMTP_PASSWORD": "p"]) { $1 }) == [.smtpUser])
        #expect(Self.refused(["DAYBOOK_WEBHOOK_URL": "https://sms.example"]) == [.webhookSecretFile])
        #expect(Self.refused(["DAYBOOK_WEBHOOK_SECRET_FILE": "f"]) == [.webhookSecretFile])
    }

    @Test(arguments: [
        "mail.example", "https://mail.example", "smtp://", "smtp://user:pw@mail.example", "smtp://mail.example:0",
        "smtp://mail.example:99999", "smtp://mail.example:x", "smtp://a b", "smtp://mail.example/a/b",
        "smtp://mail.example?x",
    ])
    func whatIsNoMailServerIsRefused(url: String) {
        #expect(Self.refused(Self.mail.merging(["DAYBOOK_SMTP_URL": url]) { $1 }) == [.smtpURL])
    }

    @Test func aPasswordIsSentInClearToThisMachineAlone() {
        let clear = ["DAYBOOK_SMTP_USER": "u", "DAYBOOK_SMTP_PASSWORD": "p", "DAYBOOK_SMTP_TLS": "off"]
        #expect(Self.refused(Self.mail.merging(clear) { $1 }) == [.smtpSecurity])
        let here = clear.merging(["DAYBOOK_SMTP_URL": "smtp://127.0.0.1:25", "DAYBOOK_MAIL_FROM": "a@b.example"]) { $1 }
        #expect(Self.refused(here) == [])
    }

    @Test func aWebhookIsEncryptedUnlessItStaysInANetworkThatIsNamed() {
        let plain = ["DAYBOOK_WEBHOOK_URL": "http://10.1.2.3/", "DAYBOOK_WEBHOOK_SECRET_FILE": "f"]
        #expect(Self.refused(plain) == [.webhookURL])
        #expect(Self.refused(plain.merging(["DAYBOOK_WEBHOOK_NETWORKS": "10.1.0.0/16"]) { $1 }) == [])
        #expect(Self.refused(plain.merging(["DAYBOOK_WEBHOOK_NETWORKS": "10.1.0.0"]) { $1 }) == [])
        #expect(Self.refused(plain.merging(["DAYBOOK_WEBHOOK_NETWORKS": "here"]) { $1 }).first == .webhookNetworks)
    }

    @Test(arguments: ["office@school.example", "mailto:", "mailto:a b@c.example", "http://school.example", "tel:1"])
    func aContactIsAnAddress(contact: String) {
        #expect(Self.refused(["DAYBOOK_PUSH_CONTACT": contact]) == [.pushContact])
    }

    @Test func noSecretIsShown() throws {
        let environment = Self.mail.merging([
            "DAYBOOK_SMTP_USER": "u", "DAYBOOK_SMTP_PASSWORD": "hunter2",
            "DAYBOOK_WEBHOOK_URL": "https://sms.example/hunter2", "DAYBOOK_WEBHOOK_SECRET_FILE": "f",
        ]) { $1 }
        var dumped = ""
        dump(try DaybookConfiguration(environment: environment), to: &dumped)
        #expect(!dumped.contains("hunter2"))
    }

    @Test func aFileThatOthersCanReadIsNotTaken() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("secret-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        #expect(throws: ConfigurationError.self) { try SecretFile.read(file, for: .smtpPasswordFile) }
        for (mode, text) in [(0o644, "s"), (0o640, "s"), (0o600, " \n")] {
            _ = FileManager.default.createFile(
                atPath: file,
                contents: Data(text.utf8),
                attributes: [.posixPermissions: mode]
            )
            #expect(throws: ConfigurationError.self) { try SecretFile.read(file, for: .smtpPasswordFile) }
            try FileManager.default.removeItem(atPath: file)
        }
        _ = FileManager.default.createFile(
            atPath: file,
            contents: Data("s\n".utf8),
            attributes: [.posixPermissions: 0o600]
        )
        #expect(try SecretFile.read(file, for: .smtpPasswordFile).reveal() == "s")
    }
}
