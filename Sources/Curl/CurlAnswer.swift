/// What the other side said.
package struct CurlAnswer: Sendable {
    /// The status of HTTP, or the last reply code of SMTP; 0 if there was none.
    package var status = 0
    /// The header fields of HTTP, or the replies of SMTP, a line each, without its end.
    package var lines: [String] = []
    /// The body.
    package var body: [UInt8] = []

    /// The first header field of a name.
    package func header(_ name: String) -> String? {
        for line in lines {
            guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == name.lowercased() else {
                continue
            }
            return String(line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" })
        }
        return nil
    }
}
