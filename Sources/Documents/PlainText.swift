/// Text without what cannot be drawn: CR LF and CR become LF; every other control character but LF and TAB, and what Unicode
/// says is no character (U+FFFE and the like), with which Cairo would refuse the whole document, becomes U+FFFD.
func plainText(_ text: String) -> String {
    // U+FDD0 is the first that is no character: from 0xef on.
    let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0xef || $0 == 0x0a || $0 == 0x09 }
    if isPlain { return text }
    var result = String.UnicodeScalarView()
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
        switch scalar.value {
        case 0x0d: result.append("\n")
        case 0x0a where previous == "\r": break
        case 0xfdd0...0xfdef: result.append("\u{fffd}")
        case let value where value & 0xfffe == 0xfffe: result.append("\u{fffd}")
        case 0x0a, 0x09, 0x20...: result.append(scalar)
        default: result.append("\u{fffd}")
        }
        previous = scalar
    }
    return String(result)
}
