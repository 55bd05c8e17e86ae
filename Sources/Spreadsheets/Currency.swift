/// A currency of ISO 4217: its code, and the decimal places of its minor unit.
package struct Currency: Sendable, Hashable {
    /// The three letters, one in each byte.
    let letters: UInt32
    private let places: UInt8

    /// Decimal places of the minor unit: 2 for EUR, 0 for JPY, 3 for KWD.
    package var digits: Int { Int(places) }

    /// Three capital letters such as `EUR`.
    package var code: String {
        String(
            decoding: [16, 8, 0].map { UInt8(truncatingIfNeeded: letters >> UInt32($0)) },
            as: UTF8.self
        )
    }

    /// The currency of a code; nil unless that is three capital letters. Codes that ISO 4217 does not list are taken with
    /// two decimal places.
    package init?(_ code: String) {
        guard code.utf8.count == 3, code.utf8.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) })
        else {
            return nil
        }
        letters = code.utf8.reduce(0) { $0 << 8 | UInt32($1) }
        places = Self.exceptions[code] ?? 2
    }

    /// An amount as plain text, such as `-12.50`.
    package func text(minor: Int64) -> String {
        var digits = String(minor.magnitude)
        if places > 0 {
            let missing = self.digits + 1 - digits.utf8.count
            if missing > 0 { digits = String(repeating: "0", count: missing) + digits }
            digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -self.digits))
        }
        return minor < 0 ? "-" + digits : digits
    }

    /// Those whose minor unit has another number of places than two: ISO 4217, list one, of 2024.
    private static let exceptions: [String: UInt8] = {
        var places: [String: UInt8] = ["CLF": 4, "UYW": 4]
        for code in ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"] { places[code] = 3 }
        let without = [
            "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF",
            "XOF", "XPF",
        ]
        for code in without { places[code] = 0 }
        return places
    }()
}
