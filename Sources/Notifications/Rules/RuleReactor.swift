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
        for try await batch in service.store.follow(from: from, types: types) {
            try await service.reader.settle()
            for event in batch.events { try await tell(of: event) }
        }
    }

    /// Tells what there is to tell of one event. What nobody can be told of is logged, and holds up nothing behind it.
    ///
    /// - Throws: what may pass, such as a database that is away: then it is begun anew from here, and nothing is left out.
    private func tell(of event: RecordedEvent) async throws {
        guard isFresh(event) else { return }
        do {
            try await service.tell(of: event, by: Self.actor)
        } catch let error as NotificationError where !error.isPassing {
            service.logger.debug(
                "a rule has nobody to tell",
                metadata: ["position": "\(event.position)", "error": "\(error)"]
            )
        } catch let error as AppendError where error.code == .invalidRequest {
            service.logger.error(
                "a rule's message is refused by the log",
                metadata: ["position": "\(event.position)", "error": "\(error)"]
            )
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
    /// Tells everything that the rules in force have to tell of an event.
    func tell(of event: RecordedEvent, by actor: Author) async throws {
        let messages = try await RuleMessage.messages(of: event, names)
        guard !messages.isEmpty else { return }
        let set = try await reader.rules()
        var actor = actor
        actor.correlationID = event.header.correlationID
        var failure: NotificationError?
        for message in messages {
            let setting = set[message.rule.rawValue] ?? message.rule.original
            do {
                _ = try await tell(message, setting, cause: event.header.id, by: actor)
            } catch let error as AppendError {
                // Another replica was first.
                guard case .versionConflict = error.code else { throw error }
            } catch let error as NotificationError where !error.isPassing {
                // Of a register, each entry stands for itself.
                failure = error
            }
        }
        if let failure { throw failure }
    }
}

extension NotificationError {
    /// Whether the same may go well later.
    var isPassing: Bool {
        switch code {
        case .behind, .contended: true
        default: false
        }
    }
}
