/// Amounts in minor units of a currency (ISO 4217), written out in its major unit.
enum MinorUnits {
    /// Currencies that have no minor unit, and those that have a thousand of them.
    private static let digits: [String: Int] = [
        "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0,
        "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0, "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3,
        "TND": 3,
    ]

    static func digits(of currency: String?) -> Int { currency.flatMap { digits[$0] } ?? 2 }

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
