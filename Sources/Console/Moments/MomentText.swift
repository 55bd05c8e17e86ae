import HTTPAPI
import JSON
import Time

/// Moments as people write them: a position of the log, or a date and time.
enum MomentText {
    /// A position; or a date and time, as RFC 3339 has it or, in UTC, as browsers' fields do (`2026-01-31T08:30`); or a day, for its
    /// beginning. Nil for anything else.
    static func parse(_ text: String) -> Moment? {
        let text = text.filter { !$0.isWhitespace || $0 == " " }.trimmingSpaces
        if let position = position(text) { return .position(position) }
        return time(text).map { .time($0) }
    }

    /// A position of the log, as far as the API knows positions: what lies beyond is none, so that nothing counts on from it.
    static func position(_ text: some StringProtocol) -> Int64? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let position = Int64(text),
            (0...JSONReader.safeIntegers.upperBound).contains(position)
        else { return nil }
        return position
    }

    /// A date and time, or a day.
    static func time(_ text: String) -> Timestamp? {
        let text = text.trimmingSpaces.replacing(" ", with: "T")
        guard text.utf8.count <= 40 else { return nil }
        for ending in ["", "Z", ":00Z", "T00:00:00Z"] {
            if let time = Timestamp(rfc3339: text + ending) { return time }
        }
        return nil
    }

    /// The moment as it stands in addresses and fields.
    static func text(_ moment: Moment) -> String {
        switch moment {
        case .position(let position): String(position)
        case .time(let time): time.rfc3339
        }
    }

    /// A time as people read it, in UTC, to the second.
    static func words(_ time: Timestamp) -> String {
        let text = time.rfc3339
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8)) UTC"
    }
}

extension String {
    /// Without spaces at either end.
    fileprivate var trimmingSpaces: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text.drop { $0 == " " })
    }
}
