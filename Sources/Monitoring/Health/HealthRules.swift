import EventStore
import JSON
import Postgres
import Time

/// When a part of the system is well. Pure: what was measured goes in, a verdict comes out.
enum HealthRules {
    static func disk(free: Int64, total: Int64) -> HealthResult {
        let details: JSONObject = ["freeBytes": .number(JSONNumber(free)), "totalBytes": .number(JSONNumber(total))]
        let percent = total > 0 ? Double(free) / Double(total) * 100 : 0
        let said = "\(Int(percent)) % of the disk is free (\(free / 1_048_576) MiB)."
        if percent < 3 || free < 100 << 20 { return HealthResult(.disk, .failing, said, details: details) }
        if percent < 10 { return HealthResult(.disk, .degraded, said, details: details) }
        return HealthResult(.disk, .healthy, details: details)
    }

    /// Those of the data and of the archives, where they are two: the worse counts.
    static func disks(data: (free: Int64, total: Int64), archive: (free: Int64, total: Int64)) -> HealthResult {
        var result = disk(free: data.free, total: data.total)
        let second = disk(free: archive.free, total: archive.total)
        result.details["archiveFreeBytes"] = second.details["freeBytes"]
        result.details["archiveTotalBytes"] = second.details["totalBytes"]
        if second.status > result.status {
            result.status = second.status
            result.message = second.message.map { "Of the archives: \($0)" }
        }
        return result
    }

    static func memory(resident: Int64, available: Int64, limit: Int64) -> HealthResult {
        let details: JSONObject = [
            "residentBytes": .number(JSONNumber(resident)), "availableBytes": .number(JSONNumber(available)),
            "limitBytes": .number(JSONNumber(limit)),
        ]
        let percent = limit > 0 ? Double(available) / Double(limit) * 100 : 100
        let said = "\(Int(percent)) % of the memory is available (\(available / 1_048_576) MiB)."
        if percent < 2 { return HealthResult(.memory, .failing, said, details: details) }
        if percent < 8 { return HealthResult(.memory, .degraded, said, details: details) }
        return HealthResult(.memory, .healthy, details: details)
    }

    /// - Parameter ping: nil where the database did not answer.
    static func database(ping: Duration?, lent: Int, maximum: Int, waiting: Int, details: JSONObject) -> HealthResult {
        var details = details
        details["connectionsInUse"] = .number(JSONNumber(Int64(lent)))
        details["connectionsAtMost"] = .number(JSONNumber(Int64(maximum)))
        details["callersWaiting"] = .number(JSONNumber(Int64(waiting)))
        guard let ping else {
            return HealthResult(.database, .failing, "The database does not answer.", details: details)
        }
        details["pingMicroseconds"] = .number(JSONNumber(ping.wholeMicroseconds))
        if ping > .seconds(1) {
            return HealthResult(.database, .degraded, "The database answers slowly.", details: details)
        }
        if waiting > maximum * 4 {
            return HealthResult(.database, .degraded, "\(waiting) callers wait for a connection.", details: details)
        }
        return HealthResult(.database, .healthy, details: details)
    }

    /// A sentence with its cause, where that is known to hold no secrets: of any other error what kind it is.
    static func failed(_ sentence: String, _ error: any Error) -> String {
        let cause =
            switch error {
            case let error as PostgresError: error.message
            case let error as LogReadError: error.message
            default: "\(type(of: error))"
            }
        return "\(sentence): \(Redaction.text(cause, limit: 1_000))"
    }

    static func server(uptime: Duration, queued: Int, queueLimit: Int, dropped: Int64) -> HealthResult {
        let details: JSONObject = [
            "uptimeSeconds": .number(JSONNumber(uptime.components.seconds)),
            "queuedEvents": .number(JSONNumber(Int64(queued))),
            "droppedRecords": .number(JSONNumber(dropped)),
        ]
        if queued * 10 > queueLimit * 9 {
            return HealthResult(.server, .degraded, "\(queued) events wait to be written.", details: details)
        }
        return HealthResult(.server, .healthy, details: details)
    }

    struct ReadModel: Sendable, Hashable {
        var name: String
        var lag: Int64
        var isHealthy: Bool
    }

    static func projections(_ models: [ReadModel]) -> HealthResult {
        var lags = JSONObject()
        for model in models { lags[model.name] = .number(JSONNumber(model.lag)) }
        let details: JSONObject = ["lagEvents": .object(lags)]
        let stopped = models.filter { !$0.isHealthy }.map(\.name)
        if !stopped.isEmpty {
            let names = stopped.joined(separator: ", ")
            return HealthResult(.projections, .failing, "Read models that have stopped: \(names).", details: details)
        }
        let behind = models.filter { $0.lag > 100_000 }
        if !behind.isEmpty {
            let names = behind.map { "\($0.name) (\($0.lag))" }.joined(separator: ", ")
            return HealthResult(.projections, .degraded, "Read models far behind: \(names).", details: details)
        }
        return HealthResult(.projections, .healthy, details: details)
    }

    static func verification(_ state: VerificationState, uptime: Duration, isOff: Bool) -> HealthResult {
        var details: JSONObject = [
            "verifiedBelow": .number(JSONNumber(state.position)), "findings": .number(JSONNumber(state.findings)),
        ]
        if let completed = state.completed {
            details["lastPassBeganAt"] = .string(completed.beganAt.rfc3339)
            details["lastPassEvents"] = .number(JSONNumber(completed.size))
        }
        if state.findings > 0 {
            let place = state.firstBadPosition.map { " from position \($0) on" } ?? ""
            return HealthResult(
                .verification,
                .failing,
                "The log does not hold\(place). Run: daybook verify",
                details: details
            )
        }
        if isOff {
            return HealthResult(.verification, .degraded, "Continuous verification is off.", details: details)
        }
        let age = state.completed.map { state.now - $0.beganAt } ?? uptime
        if age > .seconds(7 * 86_400) {
            return HealthResult(
                .verification,
                .degraded,
                "No verification has been completed for \(age.components.seconds / 86_400) days.",
                details: details
            )
        }
        return HealthResult(.verification, .healthy, details: details)
    }
}

extension Duration {
    /// Cut to whole microseconds.
    var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }

    /// In seconds.
    var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
