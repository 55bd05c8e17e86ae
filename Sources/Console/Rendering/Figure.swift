import Foundation
import Time

/// Figures as people read them.
enum Figure {
    /// Digits in groups of three: 1,234,567.
    static func grouped(_ number: Int64) -> String {
        let digits = String(number.magnitude)
        var grouped = ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place) % 3 == 0 { grouped.append(",") }
            grouped.append(digit)
        }
        return number < 0 ? "−" + grouped : grouped
    }

    /// A share of one in percent, with as many digits as tell something.
    static func percent(_ share: Double) -> String {
        let percent = share * 100
        return (percent == 0 || percent >= 10 ? String(format: "%.0f", percent) : String(format: "%.2f", percent))
            + " %"
    }

    /// Bytes in the largest unit of which there is one.
    static func bytes(_ number: Int64) -> String {
        var (value, unit) = (Double(number), 0)
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        while value >= 1_024, unit < units.count - 1 { (value, unit) = (value / 1_024, unit + 1) }
        return String(format: unit == 0 || value >= 10 ? "%.0f" : "%.1f", value) + " " + units[unit]
    }

    /// A moment to the minute, in UTC: 2026-01-31 09:15.
    static func moment(_ time: Timestamp) -> String {
        String(time.rfc3339.prefix(16)).replacing("T", with: " ")
    }

    /// A stretch of time in its two largest units.
    static func duration(_ duration: Duration) -> String {
        let seconds = max(0, duration.components.seconds)
        switch seconds {
        case 0..<60: return "\(seconds) s"
        case 60..<3_600: return "\(seconds / 60) min \(seconds % 60) s"
        case 3_600..<86_400: return "\(seconds / 3_600) h \(seconds % 3_600 / 60) min"
        default: return "\(seconds / 86_400) d \(seconds % 86_400 / 3_600) h"
        }
    }
}
