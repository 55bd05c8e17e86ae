/// Names, labels and numbers as the text format 0.0.4 of Prometheus has them.
enum MetricText {
    /// A name with every character that a name cannot have replaced by `_`.
    static func name(_ text: String) -> String {
        let isName = text.utf8.allSatisfy(isNamePart) && !(text.utf8.first.map(isDigit) ?? true)
        if isName { return text }
        let name = String(decoding: text.utf8.map { isNamePart($0) ? $0 : UInt8(ascii: "_") }, as: UTF8.self)
        return name.utf8.first.map(isDigit) ?? true ? "_" + name : name
    }

    /// `a="b",c="d"`, in the order given.
    static func labels(_ labels: [(String, String)]) -> String {
        labels.map { "\(name($0.0).replacing(":", with: "_"))=\"\(escaped($0.1))\"" }.joined(separator: ",")
    }

    /// Labels in braces; nothing where there are none.
    static func braces(_ labels: String, _ further: String = "") -> String {
        let all = [labels, further].filter { !$0.isEmpty }.joined(separator: ",")
        return all.isEmpty ? "" : "{\(all)}"
    }

    /// A number as Go's ParseFloat reads it.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        return value.description
    }

    private static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x5C || $0 == 0x22 || $0 == 0x0A }) else { return text }
        return text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
            UInt8(ascii: ":"):
            true
        default: isDigit(byte)
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
