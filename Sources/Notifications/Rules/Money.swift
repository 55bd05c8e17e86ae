/// An amount in minor units of a currency (ISO 4217).
package struct Money: Sendable, Hashable {
    /// Currencies that have no minor unit, and those that have a thousand of them.
    private static let digits: [String: Int] = [
        "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0,
        "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0, "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3,
        "TND": 3,
    ]

    /// Minor units.
    package var amount: Int64
    /// The currency's three letters.
    package var currency: String

    /// An amount.
    package init(_ amount: Int64, _ currency: String) {
        self.amount = amount
        self.currency = currency
    }

    /// Like `12.50 EUR`.
    package var text: String {
        let digits = Self.digits[currency] ?? 2
        var unit: UInt64 = 1
        for _ in 0..<digits { unit *= 10 }
        let (whole, rest) = amount.magnitude.quotientAndRemainder(dividingBy: unit)
        let sign = amount < 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(whole) \(currency)" }
        let text = String(rest)
        let padding = String(repeating: "0", count: digits - text.count)
        return "\(sign)\(whole).\(padding)\(text) \(currency)"
    }
}
