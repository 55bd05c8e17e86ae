import Recovery
import Time

/// The moment to go back to, as it was filled in.
struct RestoreMoment {
    let position: String
    let time: String

    init(position: String, time: String = "") {
        self.position = position
        self.time = time
    }

    init(_ form: [String: String]) {
        self.init(position: form["position"] ?? "", time: form["time"] ?? "")
    }

    /// What it means; nil where it is none, or two. Positions may have marks of thousands, times are UTC.
    var target: RestoreTarget? {
        let digits = position.filter { $0 != "," && !$0.isWhitespace }
        switch (digits.isEmpty, time.isEmpty) {
        case (false, true):
            guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(digits), number < .max
            else { return nil }
            return .position(number)
        case (true, false): return Self.read(time).map { .time($0) }
        default: return nil
        }
    }

    /// A time as browsers' fields have it, with or without seconds, or as RFC 3339 has it.
    private static func read(_ text: String) -> Timestamp? {
        [text, text + "Z", text + ":00Z"].lazy.compactMap { Timestamp(rfc3339: $0) }.first
    }
}
