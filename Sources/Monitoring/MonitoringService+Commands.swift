package import EventStore
package import Events
import Foundation
package import Logging
package import Time

extension MonitoringService {
    /// Changes from which level on entries are written or recorded, on this server at once and on the others within a
    /// look's time. Until then, or until a server starts again.
    package func changeLevel(
        _ target: Logs.LevelChanged.Target,
        to level: Logger.Level,
        reason: String?,
        by actor: Author
    ) async throws -> Receipt {
        guard let named = Logs.LevelChanged.Level(rawValue: level.rawValue) else {
            throw MonitoringError(.invalid(field: "level"), "There is no such level.")
        }
        let change = Logs.LevelChanged(target: target, level: named, reason: reason)
        let receipt = try await append(NewEvent(change), to: "log-levels", by: actor)
        if let logs { apply(change, to: logs) }
        return receipt
    }

    /// Raises an alert by somebody's word. The plan's alertOnAnomaly.
    package func raiseAlert(
        _ type: String,
        severity: AlertRule.Severity,
        message: String,
        by actor: Author,
        now: Timestamp = .now()
    ) async throws -> (alertID: String, receipt: Receipt) {
        let id = UUIDv7.generate().uuidString.lowercased()
        let isSilenced = try await reader.silences()[type].map { $0 > now } ?? false
        let alert = Logs.AlertRaised(
            alertID: id,
            rule: type,
            severity: severity,
            message: message,
            node: settings.node,
            raisedAt: now,
            silenced: isSilenced
        )
        let receipt = try await append(NewEvent(alert), to: "alerts", by: actor)
        // A repeated request is answered with the alert of the first.
        guard receipt.isReplay, let position = receipt.events.first?.position,
            let first = try await store.reader.event(at: position)
        else { return (id, receipt) }
        return (try first.decode(Logs.AlertRaised.self).alertID, receipt)
    }

    /// Says that an alert is over: once, however many people say so. A rule that ends by itself at that moment may say so too.
    package func resolveAlert(
        _ id: String,
        reason: String?,
        by actor: Author,
        now: Timestamp = .now()
    ) async throws -> Receipt {
        if let key = actor.idempotency, let earlier = try await store.receipt(of: key) { return earlier }
        for _ in 0..<8 {
            let newest = try await store.reader.streamBackwards("alerts", limit: 1).first?.header.version
            let size = try await reader.settle()
            guard let alert = try await reader.alerts(id: id, size: size, limit: 1).first else {
                throw MonitoringError(.notFound, "There is no alert “\(id)”.")
            }
            guard alert.resolvedPosition == nil else {
                // The same request may have been under way.
                if let key = actor.idempotency, let earlier = try await store.receipt(of: key) { return earlier }
                throw MonitoringError(
                    .conflict,
                    "The alert is over already, since position \(alert.resolvedPosition ?? 0)."
                )
            }
            let event = NewEvent(Logs.AlertResolved(alertID: id, rule: alert.rule, resolvedAt: now, reason: reason))
            do {
                let expected: ExpectedVersion = newest.map { .exact($0) } ?? .none
                let receipt = try await append(event, to: "alerts", expected: expected, by: actor)
                alerts.forget(id)
                return receipt
            } catch let error as AppendError {
                // Something else was said of alerts meanwhile.
                guard case .versionConflict = error.code else { throw error }
            }
        }
        throw MonitoringError(.conflict, "Alerts kept coming and going meanwhile. Try again.")
    }

    /// Silences a rule until a time; one in the past ends a silence.
    package func silence(
        _ rule: String,
        until: Timestamp,
        reason: String?,
        by actor: Author
    ) async throws -> Receipt {
        let isRule = AlertRule.Name(rawValue: rule) != nil
        if !isRule, try await reader.alerts(rule: rule, size: try await reader.settle(), limit: 1).isEmpty {
            throw MonitoringError(
                .invalid(field: "rule"),
                "There is no such rule, and never was an alert of that name."
            )
        }
        let event = Logs.AlertSilenced(rule: rule, until: until, reason: reason)
        return try await append(NewEvent(event), to: "alerts", by: actor)
    }

    func append(
        _ event: NewEvent,
        to stream: String,
        expected: ExpectedVersion = .any,
        by actor: Author
    ) async throws -> Receipt {
        try await store.append(
            AppendRequest(
                streams: [StreamAppend(stream: stream, expected: expected, events: [event])],
                actor: actor.id,
                correlationID: actor.correlationID,
                idempotency: actor.idempotency
            )
        )
    }

    // MARK: The plan's names of logging

    // Each entry is that of the module that calls: one of this module's own would not be recorded below warning, lest
    // recording feeds itself.

    /// Says something of the ordinary course.
    package func logInfo(
        _ message: String,
        _ metadata: Logger.Metadata = [:],
        file: String = #fileID,
        function: String = #function,
        line: UInt = #line
    ) {
        logger.info("\(message)", metadata: metadata, file: file, function: function, line: line)
    }

    /// Says something that somebody may have to look at.
    package func logWarning(
        _ message: String,
        _ metadata: Logger.Metadata = [:],
        file: String = #fileID,
        function: String = #function,
        line: UInt = #line
    ) {
        logger.warning("\(message)", metadata: metadata, file: file, function: function, line: line)
    }

    /// Says that something went wrong.
    package func logError(
        _ message: String,
        _ error: (any Error)? = nil,
        _ metadata: Logger.Metadata = [:],
        file: String = #fileID,
        function: String = #function,
        line: UInt = #line
    ) {
        logger.error("\(message)", error: error, metadata: metadata, file: file, function: function, line: line)
    }

    /// Says something for whoever looks for a cause.
    package func logDebug(
        _ message: String,
        _ metadata: Logger.Metadata = [:],
        file: String = #fileID,
        function: String = #function,
        line: UInt = #line
    ) {
        logger.debug("\(message)", metadata: metadata, file: file, function: function, line: line)
    }
}
