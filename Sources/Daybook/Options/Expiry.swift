import ArgumentParser
import Time

/// When something ends: at a time, or in how long from now.
enum Expiry: ExpressibleByArgument, Sendable {
    case at(Timestamp)
    case after(Duration)

    /// Reads `2026-01-31T00:00:00Z`, or a number of seconds, minutes, hours, days or weeks: `90s`, `15m`, `12h`, `30d`,
    /// `2w`.
    init?(argument: String) {
        if let time = Timestamp(rfc3339: argument) {
            self = .at(time)
            return
        }
        guard let unit = argument.last, let seconds = Self.units[unit],
            let count = Int64(argument.dropLast()), (1...100_000).contains(count)
        else { return nil }
        self = .after(.seconds(count * seconds))
    }

    func moment(after now: Timestamp) -> Timestamp {
        switch self {
        case .at(let time): time
        case .after(let duration): now + duration
        }
    }

    private static let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
}
