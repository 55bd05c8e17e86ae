import Spreadsheets

/// Amounts in minor units of a currency (ISO 4217), written out in its major unit.
enum MinorUnits {
    static func digits(of currency: String?) -> Int { currency.flatMap(Currency.init)?.digits ?? 2 }

    /// `-1250` of EUR as `-12.50`, exactly, however long it is. What is no whole number stays as it is.
    static func append(_ minor: UnsafeRawBufferPointer, _ currency: String?, to bytes: inout [UInt8]) {
        let isNegative = minor.first == UInt8(ascii: "-")
        let figures = isNegative ? minor.dropFirst() : minor[...]
        guard !figures.isEmpty, figures.allSatisfy({ (48...57).contains($0) }) else {
            bytes.append(contentsOf: minor)
            return
        }
        let places = digits(of: currency)
        if isNegative { bytes.append(UInt8(ascii: "-")) }
        let whole = figures.count - places
        if whole <= 0 {
            bytes.append(UInt8(ascii: "0"))
        } else {
            bytes.append(contentsOf: figures.prefix(whole))
        }
        guard places > 0 else { return }
        bytes.append(UInt8(ascii: "."))
        if whole < 0 { bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: -whole)) }
        bytes.append(contentsOf: figures.suffix(places))
    }
}
