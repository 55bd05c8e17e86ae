/// A decimal number that a spreadsheet can keep without losing a digit.
struct ExactDecimal {
    /// The nearest binary number, which shows the same fifteen digits.
    var value: Double
    /// Decimal places as written.
    var places: Int

    /// Reads `-12.50`; nil for anything else, and for more than fifteen digits.
    init?(_ text: String) {
        var (digits, whole, places, isFraction) = (0, 0, 0, false)
        for (index, byte) in text.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "-") where index == 0: continue
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if digits > 0 || byte != UInt8(ascii: "0") { digits += 1 }
                if isFraction { places += 1 } else { whole += 1 }
            case UInt8(ascii: ".") where !isFraction && whole > 0: isFraction = true
            default: return nil
            }
        }
        guard whole > 0, isFraction == (places > 0), digits <= 15, places <= 15, let value = Double(text) else {
            return nil
        }
        self.value = value
        self.places = places
    }
}
