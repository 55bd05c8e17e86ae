import EventStore
import Events
import Foundation

/// What came of telling what a rule has to tell.
enum RuleOutcome: Sendable, Hashable {
    /// It was told now.
    case told
    /// It was told before, by this replica or another.
    case toldBefore
    /// Nobody was told, or the rule is off; where that needs an explanation, it is in the log.
    case nobody
}

extension NotificationService {
    /// Tells what a rule has to tell. What cannot be told, and never will be, is recorded as such.
    ///
    /// - Throws: what may pass.
    func tellOrRecord(
        _ message: RuleMessage,
        _ setting: RuleSetting,
        cause: UUID,
        by actor: Author
    ) async throws -> RuleOutcome {
        guard setting.isOn else { return .nobody }
        do {
            return try await tell(message, setting, cause: cause, by: actor).isEmpty ? .toldBefore : .told
        } catch let error where !Self.mayPass(error) {
            if let reason = try await reason(error, message) {
                try await record(reason, untold: message, cause: cause, by: actor)
            }
            if error as? NotificationError == nil {
                logger.error(
                    "a rule's message cannot be told",
                    metadata: ["rule": "\(message.rule.rawValue)", "cause": "\(cause)", "error": "\(error)"]
                )
            }
        }
        return .nobody
    }

    /// Why somebody was told nothing; nil where a person is no user: who has no inbox misses nothing in it.
    private func reason(
        _ error: any Error,
        _ message: RuleMessage
    ) async throws -> Notifications.Untold.Reason? {
        switch (error as? NotificationError)?.code {
        case .unknownRecipient:
            guard let user = message.audience.onlyUser else { return .notInBranch }
            return try await audiences.isUser(user, at: clock()) ? .notInBranch : nil
        case .emptyAudience: return .nobody
        default: return .unfit
        }
    }

    /// Records that a rule told nobody: once for each cause.
    private func record(
        _ reason: Notifications.Untold.Reason,
        untold message: RuleMessage,
        cause: UUID,
        by actor: Author
    ) async throws {
        let event = Notifications.Untold(
            ruleID: message.rule.rawValue,
            branchID: message.branch,
            userID: message.audience.onlyUser,
            reason: reason
        )
        let stream = NotificationStream.untold(Self.id(message, "", cause))
        do {
            _ = try await store.append(
                AppendRequest(
                    streams: [StreamAppend(stream: stream, expected: .none, events: [NewEvent(event)])],
                    actor: actor.id,
                    correlationID: actor.correlationID,
                    causationID: cause
                )
            )
        } catch let error as AppendError {
            guard case .versionConflict = error.code else { throw error }
        }
    }
}
