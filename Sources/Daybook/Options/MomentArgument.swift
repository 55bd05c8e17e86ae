import ArgumentParser
import Audit
import JSON
import Recovery
import Time

/// A moment of the log: right after the event at a position, or after the last one recorded at or before a time.
enum MomentArgument: ExpressibleByArgument, Sendable {
    case position(Int64)
    case time(Timestamp)

    /// Reads `20117` or `2025-10-01T08:00:00Z`.
    init?(argument: String) {
        if let position = Int64(argument), (0...JSONReader.safeIntegers.upperBound).contains(position) {
            self = .position(position)
        } else if let time = Timestamp(rfc3339: argument) {
            self = .time(time)
        } else {
            return nil
        }
    }

    var audited: AuditMoment {
        switch self {
        case .position(let position): .position(position)
        case .time(let time): .time(time)
        }
    }

    var target: RestoreTarget {
        switch self {
        case .position(let position): .position(position)
        case .time(let time): .time(time)
        }
    }
}

extension Timestamp: ExpressibleByArgument {
    /// Reads an RFC 3339 time, such as `2025-10-01T08:00:00Z`.
    public init?(argument: String) { self.init(rfc3339: argument) }
}
