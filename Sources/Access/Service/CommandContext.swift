package import EventStore
import Foundation

/// On whose behalf a command is carried out, and what its events are to be tied to.
package struct CommandContext: Sendable {
    /// Who asks.
    package var actor: AccessActor
    /// The W3C trace id that goes with the events.
    package var correlationID: String?
    /// Set when the caller may repeat the request.
    package var idempotency: IdempotencyKey?
    /// When the request began: what was recorded before has to be known when it is decided.
    package var startedAt: ContinuousClock.Instant

    /// A context.
    package init(
        actor: AccessActor,
        correlationID: String? = nil,
        idempotency: IdempotencyKey? = nil,
        startedAt: ContinuousClock.Instant = .now
    ) {
        self.actor = actor
        self.correlationID = correlationID
        self.idempotency = idempotency
        self.startedAt = startedAt
    }

    /// The same for a request that its caller may repeat under a key: repetitions are answered as the first time.
    package func repeatable(scope: String, key: String, requestDigest: [UInt8]) -> CommandContext {
        var context = self
        context.idempotency = IdempotencyKey(scope: scope, key: key, requestDigest: requestDigest)
        return context
    }

    /// Daybook itself.
    package static var system: CommandContext { CommandContext(actor: .system) }
}

/// What became of a command.
package struct CommandOutcome: Sendable {
    /// Where its events are; nil when everything was as asked already.
    package var receipt: Receipt?
    /// How many events the log had, at the least, after the command.
    package var size: Int64
    /// What was recorded, in order. Empty when the same request had been carried out before.
    package var events: [AccessEvent]
    /// Access as it stood before the command, roles being still the same after it; nil where `events` is empty.
    var decidedOn: AccessSnapshot?
}
