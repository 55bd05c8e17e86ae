/// A file in a tar archive: POSIX.1-1988 "ustar".
enum TarEntry {
    private static let block = 512

    /// The end of an archive.
    static let end = [UInt8](repeating: 0, count: 2 * block)

    /// A header and the content, filled up to whole blocks.
    ///
    /// - Parameter name: at most 100 bytes of ASCII.
    static func bytes(_ name: String, _ content: [UInt8]) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: block)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
        }
        func octal(_ value: Int, _ digits: Int) -> String {
            let text = String(value, radix: 8)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        put(String(name.prefix(100)), at: 0)
        put(octal(0o600, 7), at: 100)
        put(octal(0, 7), at: 108)
        put(octal(0, 7), at: 116)
        put(octal(content.count, 11), at: 124)
        put(octal(0, 11), at: 136)
        put("        ", at: 148)
        put("0", at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        let sum = header.reduce(0) { $0 + Int($1) }
        put(octal(sum, 6), at: 148)
        header[154] = 0
        let padding = (block - content.count % block) % block
        return header + content + [UInt8](repeating: 0, count: padding)
    }
}
