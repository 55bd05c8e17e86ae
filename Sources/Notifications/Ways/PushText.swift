import JSON

/// What a push says, as its page's service worker reads it: as much as there is room for.
///
/// Where all of it is too long, data for programs goes first, then texts are cut, then pictures and actions go, then the
/// oldest are left out, and `more` says how many. Their inbox has them in full.
enum PushText {
    /// The text of a push, never longer than `room` bytes; nil if there is not even room for a title.
    static func bytes(_ items: [OutgoingMessage.Item], room: Int) -> [UInt8]? {
        let whole = write(items, more: 0)
        if whole.count <= room { return whole }
        for length in [Int.max, 1_000, 300] {
            let text = write(items.map { $0.cut(to: length) }, more: 0)
            if text.count <= room { return text }
        }
        for left in 0..<max(items.count, 1) {
            let text = write(items.dropFirst(left).map { $0.bare(cutTo: 80) }, more: left)
            if text.count <= room { return text }
        }
        guard let last = items.last else { return nil }
        for length in [80, 20] {
            var shortest = last.bare(cutTo: 0)
            shortest.title = last.title.cut(to: length)
            shortest.link = nil
            let text = write([shortest], more: items.count - 1)
            if text.count <= room { return text }
        }
        return nil
    }

    private static func write(_ items: [OutgoingMessage.Item], more: Int) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member(
                "notifications",
                array: { writer in
                    for item in items { item.write(to: &writer) }
                }
            )
            if more > 0 { writer.member("more", more) }
        }
        return writer.bytes
    }
}

extension OutgoingMessage.Item {
    fileprivate func cut(to length: Int) -> Self {
        var item = self
        item.text = text.cut(to: length)
        item.payload = nil
        return item
    }

    fileprivate func bare(cutTo length: Int) -> Self {
        var item = cut(to: length)
        item.image = nil
        item.actions = []
        return item
    }
}

extension String {
    /// Its first characters, and a sign that there were more.
    fileprivate func cut(to length: Int) -> String { count <= length ? self : prefix(max(length - 1, 0)) + "…" }
}
