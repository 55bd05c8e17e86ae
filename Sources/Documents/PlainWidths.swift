/// How wide the characters of ASCII are in a style, so that it is known without laying out a text that it has room in a line.
///
/// Most cells of most tables are such texts, and breaking text into lines is what takes longest.
struct PlainWidths {
    /// From the blank on.
    private let widths: [Double]
    /// The height of a line of such text.
    let height: Double

    init(_ layout: TextLayout) {
        widths = (UInt8(0x20)...0x7e).map { byte in
            // Between two letters, since blanks at the end of a line take no room.
            layout.set("n\(Character(Unicode.Scalar(byte)))n", width: nil, .leading)
            let three = layout.width
            layout.set("nn", width: nil, .leading)
            return three - layout.width
        }
        height = layout.height
    }

    /// Whether a text has room in one line. Kerning adds next to nothing, but something is left for it.
    func fits(_ text: String, within width: Double) -> Bool {
        var (sum, isPlain) = (1.0, true)
        for byte in text.utf8 {
            guard byte >= 0x20, byte <= 0x7e else {
                isPlain = false
                break
            }
            sum += widths[Int(byte) - 0x20]
        }
        return isPlain && sum * 1.03 <= width
    }
}
