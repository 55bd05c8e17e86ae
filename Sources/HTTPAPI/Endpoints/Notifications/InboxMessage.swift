import JSON
import Notifications
import WebSockets

/// A message of a client on the socket of its inbox: `{"type": "mark", "id": "7", …}`.
struct InboxMessage {
    /// What it wants.
    enum Wish {
        /// To be told what came after a position, or what comes from now on, and then whatever comes.
        case follow(after: Int64?)
        /// To be told of a topic from now on.
        case join(topic: String)
        case mark(InboxMark)
        case readAll
        /// Has these notifications.
        case received([String], device: String?)
    }

    private enum Kind: String, CaseIterable {
        case follow
        case mark
        case readAll = "read-all"
        case received
    }

    let wish: Wish

    /// Reads a message.
    ///
    /// - Parameter id: by which the client knows the message; set as soon as it is known, so that a refusal can name it.
    init(_ message: WebSocketMessage, id: inout String?) throws {
        guard case .text(let text) = message else {
            throw Problem(.badRequest, "Messages are JSON in text, not binary.")
        }
        let value: JSONValue
        do { value = try JSONValue(parsing: text) } catch { throw Problem.malformed(error) }
        var reader = JSONReader(value)
        let named = reader.stringIfPresent("id", StringRule(1...64, .line))
        if reader.problems.isEmpty { id = named }
        let kind: Kind = reader.choice("type")
        switch kind {
        case .follow:
            if let topic = reader.stringIfPresent("topic", .identifier) {
                wish = .join(topic: topic)
            } else {
                wish = .follow(after: reader.integerIfPresent("after", in: 0...JSONReader.safeIntegers.upperBound))
            }
        case .mark: wish = .mark(InboxMark(reading: &reader))
        case .readAll: wish = .readAll
        case .received:
            let device = reader.stringIfPresent("deviceId", .identifier)
            let ids = reader.strings("notificationIds", each: .identifier, count: 1...NotificationService.mostMarked)
            wish = .received(ids, device: device)
        }
        do throws(JSONDecodingError) {
            try reader.finish()
        } catch {
            throw Problem(fields: error.problems.map { FieldProblem(pointer: $0.pointer, $0.message) })
        }
    }
}
