import Foundation

/// Writes numbers as a language and country has them.
struct LocalText: Sendable {
    /// Whether it is written from right to left.
    let isRightToLeft: Bool
    private let decimal: String
    private let grouping: String

    /// - Parameter locale: BCP 47.
    init(_ locale: String) {
        let found = Locale(identifier: locale)
        isRightToLeft = found.language.characterDirection == .rightToLeft
        decimal = found.decimalSeparator ?? "."
        grouping = found.groupingSeparator ?? ","
    }

    /// `-1234567.5` as `-1,234,567.5`. What is no number stays as it is.
    func number(_ text: String) -> String {
        let isNegative = text.hasPrefix("-")
        let figures = isNegative ? text.dropFirst() : text[...]
        let parts = figures.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty,
            parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } })
        else { return text }
        var grouped = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index) % 3 == 0 { grouped += grouping }
            grouped.append(digit)
        }
        return (isNegative ? "-" : "") + grouped + (parts.count == 2 ? decimal + parts[1] : "")
    }

    /// Minor units of a currency in its major unit.
    func amount(_ minor: String, _ currency: String?) -> String {
        var bytes: [UInt8] = []
        Array(minor.utf8).withUnsafeBytes { MinorUnits.append($0, currency, to: &bytes) }
        return number(String(decoding: bytes, as: UTF8.self))
    }
}
