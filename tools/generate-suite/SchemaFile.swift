/// The name of a schema's file, `<area>/<event>.v<N>.json`, taken apart.
struct SchemaFile: Hashable {
    let area: String
    let event: String
    let version: Int

    /// Takes apart a path relative to `EventSchemas/`; nil unless it has the form above.
    init?(path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].hasSuffix(".json") else { return nil }
        let stem = parts[1].dropLast(".json".count).split(separator: ".", omittingEmptySubsequences: false)
        guard stem.count == 2, stem[1].first == "v", let version = Int(stem[1].dropFirst()), version > 0,
            String(version) == stem[1].dropFirst(), Self.isKebab(parts[0]), Self.isKebab(stem[0])
        else { return nil }
        area = String(parts[0])
        event = String(stem[0])
        self.version = version
    }

    private static func isKebab(_ text: Substring) -> Bool {
        text.split(separator: "-", omittingEmptySubsequences: false).allSatisfy { word in
            !word.isEmpty && word.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
        }
    }

    var path: String { "\(area)/\(event).v\(version).json" }
    var type: String { "\(area).\(event)" }
    var identifier: String { "urn:daybook:event:\(type):\(version)" }
}
