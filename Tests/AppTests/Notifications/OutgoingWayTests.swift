import Access
import App
import Foundation
import JSON
import TestSupport
import Testing

/// The ways out of the house of a server as it is configured.
struct OutgoingWayTests {
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    private static func withSecretFile<R>(
        _ text: String,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (String) async throws -> R
    ) async throws -> R {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("secret-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let isMade = FileManager.default.createFile(
            atPath: file.path,
            contents: Data(text.utf8),
            attributes: [.posixPermissions: 0o600]
        )
        try #require(isMade)
        return try await body(file.path)
    }

    @Test func whatIsSentThroughTheAPIArrivesByMailAndWebhookAndNoPushGoesWithin() async throws {
        try await StandIn.run("smtp_server.py", "starttls", "office:pass-word") { mail in
            try await StandIn.run("http_receiver.py", "tls", Self.secret) { receiver in
                // Both are known by their own certificates: one file has the two.
                let (one, two) = (
                    try String(contentsOfFile: mail.authority, encoding: .utf8),
                    try String(contentsOfFile: receiver.authority, encoding: .utf8)
                )
                try await Self.withSecretFile(one + two) { authorities in
                    try await Self.withSecretFile("pass-word\n") { password in
                        try await Self.withSecretFile(Self.secret) { secret in
                            let environment = [
                                "DAYBOOK_SMTP_URL": "smtp://localhost:\(mail.port)", "DAYBOOK_SMTP_USER": "office",
                                "DAYBOOK_SMTP_PASSWORD_FILE": password,
                                "DAYBOOK_MAIL_FROM": "Office <office@school.example>",
                                "DAYBOOK_WEBHOOK_URL": "https://localhost:\(receiver.port)/ok",
                                "DAYBOOK_WEBHOOK_SECRET_FILE": secret, "DAYBOOK_WEBHOOK_NETWORKS": "127.0.0.1",
                                "DAYBOOK_PUSH_CONTACT": "mailto:office@school.example",
                                "DAYBOOK_OUTGOING_CA_FILE": authorities,
                            ]
                            try await Self.checkDeliveries(environment, mail, receiver)
                        }
                    }
                }
            }
        }
    }

    private static func checkDeliveries(
        _ environment: [String: String],
        _ mail: StandIn,
        _ receiver: StandIn
    ) async throws {
        try await Served.open(with: environment) { served in
            let admin = try await served.token(of: FirstStart.administrator)
            _ = try await served.system.tokens.register(
                RegisterUser(userID: "ann", kind: .person, email: "ann@home.example"),
                CommandContext(actor: .operator)
            )
            let ann = try await served.system.tokens.issue(to: "ann", CommandContext(actor: .operator)).secret
            let key = try await served.send(Sending(.get, "/notifications/push-key"), token: ann)
            #expect(key.json?["publicKey"]?.string?.utf8.count == 87)

            let keys = receiver.opening["subscription"]
            let subscription =
                #"{"endpoint":"https://localhost:\#(receiver.port)/push/1","keys":{"p256dh":"\#(keys?["p256dh"]?.string ?? "")","#
                + #""auth":"\#(keys?["auth"]?.string ?? "")"}}"#
            let device: JSONValue = .object(["deviceType": "web", "deviceToken": .string(subscription)])
            var body = JSONWriter()
            body.value(device)
            #expect(
                try await served.send(Sending(.post, "/notifications/devices", body.text), token: ann).status == 201
            )
            let wish = #"{"sms":true}"#
            #expect(try await served.send(Sending(.post, "/notifications/preferences", wish), token: ann).status == 200)

            let sent = try await served.send(
                Sending(
                    .post,
                    "/notifications/send",
                    #"{"userId":"ann","title":"Hello","message":"World","category":"message"}"#
                ),
                token: admin
            )
            #expect(sent.status == 201)
            let id = try #require(sent.json?["notificationId"]?.string)
            #expect(try await mail.next()["headers"]?["from"]?.string == "Office <office@school.example>")
            let posted = try await receiver.next()
            #expect(posted["signed"]?.bool == true && posted["path"]?.string == "/ok")

            // Whoever registers a browser names its address: it must not be one within.
            var states: [String: String] = [:]
            _ = try await eventually(every: .milliseconds(50)) {
                let answer = try await served.send(
                    Sending(.get, "/notifications/\(id)/deliveries/recipients"),
                    token: admin
                )
                for item in answer.items where item["channel"]?.string != "in-app" {
                    states[item["channel"]?.string ?? ""] = item["state"]?.string
                }
                return states.count == 3 && !states.values.contains("due")
            }
            #expect(states == ["email": "delivered", "webhook": "delivered", "push": "dead"])
        }
    }

    @Test func whereNothingIsPushedThereIsNoKey() async throws {
        try await Served.open { served in
            let admin = try await served.token(of: FirstStart.administrator)
            #expect(try await served.send(Sending(.get, "/notifications/push-key"), token: admin).status == 404)
        }
    }
}
