import Curl

/// What a mail server made of a message. Its reply is kept as its code, and its enhanced code if it gave one (RFC 3463):
/// the words beside them often quote the address.
package enum MailOutcome: Sendable, Hashable {
    /// It answers for it from now on.
    case taken
    /// It may take it later.
    case failed(String)
    /// It could not be reached, or takes nothing of anybody just now.
    case unanswered(String)
    /// It never will.
    case refused(String)
    /// There is no such mailbox.
    case noSuchAddress(String)

    init(_ error: CurlError) {
        let status = error.answer.status
        guard (400..<600).contains(status) else {
            self = error.code == .invalid ? .refused(error.message) : .unanswered(error.message)
            return
        }
        let last = error.answer.lines.last { $0.hasPrefix("\(status)") }
        let enhanced = last?.dropFirst(4).prefix { !$0.isWhitespace }
        let code = enhanced.map(String.init).flatMap(EnhancedCode.init)
        let reply = code.map { "\(status) \($0.text)" } ?? "\(status)"
        // Only what is said of this message is for ever. A server that lets nobody in may do so tomorrow.
        let isAboutMessage = error.code == .notTaken || error.answer.lines.contains { $0.hasPrefix("354") }
        if status < 500 || !isAboutMessage || Self.isAboutSender(error.answer, code) {
            self = .failed(error.code == .notSignedIn ? "\(reply): not signed in" : reply)
        } else if let code, code.text.hasPrefix("5.1."), ["1", "2", "3", "6", "10"].contains(code.detail) {
            self = .noSuchAddress(reply)
        } else {
            self = .refused(reply)
        }
    }

    /// Whether it is the sender that was not taken (`MAIL`), which concerns all mail until somebody sets it right; only a
    /// message's length, which is said with it, is its own.
    private static func isAboutSender(_ answer: CurlAnswer, _ code: EnhancedCode?) -> Bool {
        func replies(_ status: String) -> Int { answer.lines.count { $0 == status || $0.hasPrefix("\(status) ") } }
        // A 220 comes before each greeting of ours, which a 250 answers; the next 250 is that for the sender.
        let isSenderTaken = replies("250") > replies("220")
        return !isSenderTaken && answer.status != 552 && code?.text.hasPrefix("5.3.") != true
    }
}

/// A code such as `5.1.1`: class, subject, detail.
private struct EnhancedCode {
    let text: String
    let detail: String

    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, ["2", "4", "5"].contains(parts[0]),
            parts.allSatisfy({ (1...3).contains($0.utf8.count) && $0.utf8.allSatisfy { (48...57).contains($0) } })
        else { return nil }
        self.text = text
        detail = String(parts[2])
    }
}
