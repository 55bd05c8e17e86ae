import Foundation

/// What Cairo cannot say in the catalog of a document: its language, and that its title is shown instead of its file name.
///
/// It is appended as an incremental update (ISO 32000-1, 7.5.6). Where the file is not as Cairo is known to write it, nothing
/// is added: the document is whole without it.
struct CatalogUpdate {
    private let addition: String

    init(language: String) {
        let tag = language.utf8.filter { UInt8(ascii: "-") == $0 || Self.isAlphanumeric($0) }
        addition =
            "   /Lang (\(String(decoding: tag, as: UTF8.self)))\n   /ViewerPreferences << /DisplayDocTitle true >>\n"
    }

    func append(to file: OutputFile) throws(DocumentError) {
        let length = file.length
        let tail = String(decoding: file.read(min(length, 1_024), at: max(length - 1_024, 0)), as: UTF8.self)
        guard let trailer = tail.range(of: "trailer"), let start = Self.number(after: "startxref", in: tail),
            let root = Self.number(after: "/Root", in: tail), let size = Self.number(after: "/Size", in: tail),
            let information = Self.number(after: "/Info", in: tail), !tail[trailer.upperBound...].contains("/Prev"),
            let catalog = catalog(root, start, file)
        else { return }
        var update = "\(catalog)"
        let table = length + update.utf8.count
        let offset = String(length)
        update += """
            xref
            \(root) 1
            \(String(repeating: "0", count: max(10 - offset.count, 0)))\(offset) 00000 n\u{20}
            trailer
            << /Size \(size)
               /Root \(root) 0 R
               /Info \(information) 0 R
               /Prev \(start)
            >>
            startxref
            \(table)
            %%EOF

            """
        _ = Array(update.utf8).withUnsafeBytes { file.write($0) }
        try file.check()
    }

    /// The catalog with what is added; nil if it is not found.
    private func catalog(_ root: Int, _ table: Int, _ file: OutputFile) -> String? {
        let head = String(decoding: file.read(64, at: table), as: UTF8.self).split(separator: "\n")
        guard head.count > 2, head[0] == "xref", head[1].hasPrefix("0 ") else { return nil }
        let entry = table + head[0].utf8.count + head[1].utf8.count + 2 + 20 * root
        guard let offset = Int(String(decoding: file.read(10, at: entry), as: UTF8.self)) else { return nil }
        let object = String(decoding: file.read(4_096, at: offset), as: UTF8.self)
        guard object.hasPrefix("\(root) 0 obj"), let end = object.range(of: ">>\nendobj\n"),
            object[..<end.lowerBound].contains("/Catalog")
        else { return nil }
        return object[..<end.lowerBound] + addition + ">>\nendobj\n"
    }

    private static func number(after key: String, in text: String) -> Int? {
        guard let range = text.range(of: key, options: .backwards) else { return nil }
        return Int(text[range.upperBound...].drop { $0.isWhitespace }.prefix { $0.isNumber })
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
