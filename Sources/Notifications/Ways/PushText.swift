import JSON

/// What a push says, as its page's service worker reads it: as much as there is room for.
///
/// Where all of it is too long, data for programs goes first, then texts are cut, then pictures and actions go, then the
/// oldest are left out, and `more` says how many. Their inbox has them in full.
enum PushText {
    /// The text of a push, never longer than `room` bytes; nil if there is not even room for a title.
    static func bytes(_ items: [OutgoingMessage.Item], room: Int) -> [UInt8]? {
        guard let last = items.last else { return nil }
        let shapes: [(OutgoingMessage.Item) -> OutgoingMessage.Item] = [
            { $0 }, { $0.cut(to: .max) }, { $0.cut(to: 1_000) }, { $0.cut(to: 300) },
        ]
        for shape in shapes {
            let fitting = newest(items, room: room, shape)
            if fitting.count == items.count { return write(fitting, more: 0) }
        }
        let bare = newest(items, room: room) { $0.bare(cutTo: 80) }
        if !bare.isEmpty { return write(bare, more: items.count - bare.count) }
        for length in [80, 20] {
            var shortest = last.bare(cutTo: 0)
            shortest.title = last.title.cut(to: length)
            shortest.link = nil
            let text = write([shortest], more: items.count - 1)
            if text.count <= room { return text }
        }
        return nil
    }

    /// The newest of some items, in a shape, as far as there is room for them. Looks at no more than one beyond those: thousands
    /// may have been held back together.
    private static func newest(
        _ items: [OutgoingMessage.Item],
        room: Int,
        _ shape: (OutgoingMessage.Item) -> OutgoingMessage.Item
    ) -> [OutgoingMessage.Item] {
        let empty = write([], more: 0).count
        var fitting: [OutgoingMessage.Item] = []
        var size = 0
        for item in items.reversed() {
            let item = shape(item)
            // With a comma behind each but the last.
            size += write([item], more: 0).count - empty + (fitting.isEmpty ? 0 : 1)
            guard write([], more: items.count - fitting.count - 1).count + size <= room else { break }
            fitting.append(item)
        }
        return fitting.reversed()
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
