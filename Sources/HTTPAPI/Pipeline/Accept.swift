/// The choice of a format by `Accept` (RFC 9110, section 12.5.1).
enum Accept {
    /// The best of the formats on offer; nil if the client takes none of them.
    static func choose(_ offered: [MediaType], header: String?) -> MediaType? {
        guard let header, header != "*/*", let first = offered.first else { return offered.first }
        // What nearly every client of an API sends, without the pains below.
        if header == first.name { return first }
        let ranges = parse(header)
        guard !ranges.isEmpty else { return first }
        var best: (type: MediaType, quality: Int)?
        for type in offered {
            let quality = self.quality(of: type.name, in: ranges)
            if quality > 0, quality > best?.quality ?? 0 { best = (type, quality) }
        }
        return best?.type
    }

    private struct Range {
        let name: Substring
        let quality: Int
    }

    /// Quality in thousandths, from the range that names the type most exactly.
    private static func quality(of name: String, in ranges: [Range]) -> Int {
        let family = name.prefix { $0 != "/" } + "/*"
        for wanted in [Substring(name), family, "*/*"] {
            if let range = ranges.first(where: { $0.name == wanted }) { return range.quality }
        }
        return 0
    }

    private static func parse(_ header: String) -> [Range] {
        header.lowercased().split(separator: ",").prefix(32).map { element in
            let parts = element.split(separator: ";").map(\.trimmed)
            var quality = 1_000
            for part in parts.dropFirst() where part.hasPrefix("q=") {
                quality = thousandths(part.dropFirst(2)) ?? 0
            }
            return Range(name: parts.first ?? "", quality: quality)
        }
    }

    /// A weight (RFC 9110, section 12.4.2): 0 or 1, and after a point at most three digits; nil if it is none.
    private static func thousandths(_ weight: Substring) -> Int? {
        let whole = weight.prefix { $0 != "." }
        let digits = weight.dropFirst(whole.count + 1)
        guard whole == "0" || whole == "1", digits.count <= 3, digits.allSatisfy({ ("0"..."9").contains($0) }) else {
            return nil
        }
        let value = Int("\(whole)\(digits)" + String(repeating: "0", count: 3 - digits.count))
        return value.flatMap { $0 <= 1_000 ? $0 : nil }
    }
}
