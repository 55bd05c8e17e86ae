import HTTPTypes

/// How an answer is asked for, as far as it decides on its bytes: what two requests have in common that get the same.
struct AnswerForm: Sendable {
    /// The format.
    var format: MediaType
    /// The path and query as sent.
    var target: String
    let cursors: CursorSeal

    /// The value of a `Link` field that leads to the next page of this list.
    func link(toNext cursor: String) -> String {
        let mark = target.firstIndex(of: "?")
        let path = target[..<(mark ?? target.endIndex)]
        let kept = (mark.map { target[target.index(after: $0)...] } ?? "")
            .split(separator: "&").filter { !$0.hasPrefix("cursor=") }
        return "<\(path)?\((kept + ["cursor=\(cursor)"]).joined(separator: "&"))>; rel=\"next\""
    }
}

extension RequestContext {
    /// How the request wants its answer.
    var form: AnswerForm { AnswerForm(format: format, target: target, cursors: cursors) }
}
