import EventStore
import Events
import Foundation
import JSON
import Logging
import ServiceLifecycle
import Time

/// Follows what happens at the institution and tells whom the rules say.
///
/// Every replica runs one; a message's id follows from its cause, so that it is sent once, whoever is first and however
/// often a replica starts anew. Each begins with the last event that something was told of, so that nothing is missed while
/// none was running; what happened longer ago than a message is worth is not told any more.
struct RuleReactor: Service {
    /// For how long something is worth telling.
    static let freshness = Duration.seconds(48 * 3_600)
    private static let actor = Author(id: "system")

    private let service: NotificationService

    /// A reactor of a service.
    init(_ service: NotificationService) {
        self.service = service
    }

    /// Follows until graceful shutdown.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await follow()
                } catch {
                    if Task.isCancelled { return }
                    service.logger.warning(
                        "the rules of notifications cannot follow the log; beginning anew",
                        metadata: ["error": "\(error)"]
                    )
                    try? await Task.sleep(for: .seconds(1))
                }
            }
        }
    }

    private func follow() async throws {
        let types = Set(NotificationRule.allCases.flatMap(\.types))
        let from: Int64
        if let told = try await service.reader.lastTold() {
            // Of that one not everything may have been told.
            from = told
        } else {
            from = try await service.store.reader.size(at: service.clock() - Self.freshness)
        }
        // Of what was recorded before a restore production may have told already, and a copy for a trial tells nobody.
        let restored = try await service.store.reader.lastRestored()
        for try await batch in service.store.follow(from: max(from, restored + 1), types: types) {
            try await service.reader.settle()
            var isSettled = true
            for event in batch.events where isFresh(event) {
                // What a message may correct was perhaps told just now.
                if try await service.tell(of: event, isSettled: isSettled, by: Self.actor) { isSettled = false }
            }
        }
    }

    /// Whether it happened lately, as its sender says, and was recorded lately.
    private func isFresh(_ event: RecordedEvent) -> Bool {
        let limit = service.clock() - Self.freshness
        guard event.header.recordedAt > limit else { return false }
        guard let data = event.data, case .object(let object)? = try? JSONValue(parsing: data),
            let text = object["occurredAt"]?.string, let occurred = Timestamp(rfc3339: text)
        else { return true }
        return occurred > limit
    }
}

extension NotificationService {
    /// Tells everything that the rules in force have to tell of an event. Of a register, each entry stands for itself: what
    /// nobody can be told is recorded, and holds up nothing behind it.
    ///
    /// - Parameter isSettled: whether the read model has all that rules told before.
    /// - Returns: whether something was told, now or before.
    /// - Throws: what may pass, such as a database that is away: then it is begun anew from here, and nothing is left out.
    @discardableResult
    func tell(of event: RecordedEvent, isSettled: Bool = false, by actor: Author) async throws -> Bool {
        let messages = try await due(of: event, isSettled: isSettled)
        guard !messages.isEmpty else { return false }
        let set = try await reader.rules()
        var actor = actor
        actor.correlationID = event.header.correlationID
        var hasTold = false
        for message in messages {
            let setting = set[message.rule.rawValue] ?? message.rule.original
            if try await tellOrRecord(message, setting, cause: event.header.id, by: actor) != .nobody { hasTold = true }
        }
        return hasTold
    }

    /// What there is to tell of an event. Corrections of what was not told are left out, or of what was told of something
    /// later: another replica may be further.
    private func due(of event: RecordedEvent, isSettled: Bool) async throws -> [RuleMessage] {
        let messages = try await RuleMessage.messages(of: event, names)
        let corrections = messages.filter(\.isCorrection)
        guard !corrections.isEmpty else { return messages }
        if !isSettled { try await reader.settle() }
        let wanted = try await reader.correcting(corrections, before: event.position)
        var due = messages.filter { !$0.isCorrection }
        for index in wanted.sorted() {
            var message = corrections[index]
            // Most marks correct nothing, and need no title.
            if message.rule == .attendanceCorrected, let course = message.values["course"] {
                message.values["course"] = try await names.course(course)
            }
            due.append(message)
        }
        return due
    }
}
