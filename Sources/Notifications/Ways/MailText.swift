import Events
import Mail

/// What a mail says, as text and as HTML. Pictures are named, not fetched: a mail that fetches something tells others that
/// it was opened. Actions that lead nowhere are for programs, and no mail can carry them out.
enum MailText {
    static func plain(_ items: [OutgoingMessage.Item]) -> String {
        items.map { item in
            let leading = item.leadingActions.map { "\($0.title): \($0.address)" }
            return ([item.title, item.text, item.link ?? "", item.image ?? ""] + leading).filter { !$0.isEmpty }
                .joined(separator: "\n\n")
        }.joined(separator: "\n\n* * *\n\n")
    }

    static func html(_ items: [OutgoingMessage.Item]) -> String {
        let language = items.first?.locale.map { " lang=\"\(HTMLText.escape($0))\"" } ?? ""
        return """
            <!DOCTYPE html>
            <html\(language)>
            <head><meta charset="utf-8"><title>\(HTMLText.escape(items.first?.title ?? ""))</title></head>
            <body>
            \(items.map(part).joined(separator: "\n<hr>\n"))
            </body>
            </html>
            """
    }

    private static func part(_ item: OutgoingMessage.Item) -> String {
        var lines = ["<h2>\(HTMLText.escape(item.title))</h2>"]
        lines += item.text.split(separator: "\n", omittingEmptySubsequences: true)
            .map { "<p>\(HTMLText.escape(String($0)))</p>" }
        if let link = item.link { lines.append("<p>\(anchor(link, link))</p>") }
        if let image = item.image { lines.append("<p>\(anchor(image, image))</p>") }
        lines += item.leadingActions.map { "<p>\(anchor($0.address, $0.title))</p>" }
        return lines.joined(separator: "\n")
    }

    /// A link; its address beside its name where that is no address of the web, such as a path that belongs to nothing.
    private static func anchor(_ address: String, _ name: String) -> String {
        let (shown, named) = (HTMLText.escape(address), HTMLText.escape(name))
        guard address.hasPrefix("https://") else { return address == name ? shown : "\(named): \(shown)" }
        return "<a href=\"\(shown)\">\(named)</a>"
    }
}

extension OutgoingMessage.Item {
    /// What can be done about it by following a link.
    fileprivate var leadingActions: [(title: String, address: String)] {
        actions.compactMap { action in action.link.map { (action.title, $0) } }
    }
}
