/// How far a long piece of work is, as a line of text. Pure: time comes in, text comes out.
struct ProgressLine: Sendable {
    let title: String
    let unit: String
    /// Nil where the end is not known.
    var total: Int64?
    var done: Int64 = 0

    init(_ title: String, unit: String, total: Int64? = nil) {
        self.title = title
        self.unit = unit
        self.total = total
    }

    /// Work a second since the beginning; nil too early to say.
    func rate(_ elapsed: Duration) -> Double? {
        let seconds = Self.seconds(elapsed)
        return seconds >= 0.1 && done > 0 ? Double(done) / seconds : nil
    }

    /// The time that is left at this rate.
    func remaining(_ elapsed: Duration) -> Duration? {
        guard let total, let rate = rate(elapsed), done <= total else { return nil }
        return .seconds(Double(total - done) / rate)
    }

    /// A bar as wide as the terminal allows: `Verifying  ███████░░░  68%  6,800/10,000 events  512,000/s  6 s left`.
    func bar(_ elapsed: Duration, columns: Int) -> String {
        let facts = facts(elapsed)
        guard let total, total > 0 else { return String("\(title)  \(facts)".prefix(columns)) }
        let room = columns - TerminalText.width(title) - TerminalText.width(facts) - 5
        guard room >= 8 else { return String("\(title)  \(facts)".prefix(columns)) }
        let width = min(room, 30)
        let filled = Int(Double(width) * min(1, Double(done) / Double(total)))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        return "\(title)  \(bar)  \(facts)"
    }

    /// The same in words alone, for a log.
    func words(_ elapsed: Duration) -> String { "\(title): \(facts(elapsed))" }

    /// The last word: how much was done in which time.
    func summary(_ elapsed: Duration) -> String {
        let rate = rate(elapsed).map { ", \(Self.grouped(Int64($0)))/s" } ?? ""
        return "\(title): \(Self.grouped(done)) \(unit) in \(Self.time(elapsed))\(rate)"
    }

    private func facts(_ elapsed: Duration) -> String {
        var parts: [String] = []
        if let total, total > 0 {
            // Rounded down: 100% is said when it is done.
            parts.append("\(min(100, done * 100 / total))%")
            parts.append("\(Self.grouped(done))/\(Self.grouped(total)) \(unit)")
        } else {
            parts.append("\(Self.grouped(done)) \(unit)")
        }
        if let rate = rate(elapsed) { parts.append("\(Self.grouped(Int64(rate)))/s") }
        if let remaining = remaining(elapsed), done < (total ?? 0) { parts.append("\(Self.time(remaining)) left") }
        return parts.joined(separator: "  ")
    }

    private static func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }

    static func time(_ duration: Duration) -> String {
        let seconds = seconds(duration)
        if seconds < 10 { return "\(Double(Int(seconds * 10)) / 10) s" }
        let whole = Int(seconds)
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole % 3600 / 60) min"
    }

    /// `1234567` as `1,234,567`.
    static func grouped(_ number: Int64) -> String {
        var result = ""
        for (offset, digit) in String(number.magnitude).reversed().enumerated() {
            if offset > 0, offset % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return (number < 0 ? "-" : "") + String(result.reversed())
    }
}
