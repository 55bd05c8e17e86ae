extension Substring {
    /// Without the blanks and tabs around it that fields of HTTP may have between their parts (RFC 9110, section 5.6.3).
    var trimmed: Substring {
        var text = self
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
