/// The prepared statements of one connection; the one that was used longest ago goes first.
struct StatementCache {
    struct Key: Hashable {
        var text: String
        var types: [UInt32]
    }

    private struct Entry {
        var name: String
        var lastUse: UInt64
    }

    private let capacity: Int
    private var entries: [Key: Entry] = [:]
    private var clock: UInt64 = 0
    private var named: UInt64 = 0

    init(capacity: Int) {
        self.capacity = max(capacity, 1)
    }

    var count: Int { entries.count }

    /// The name under which the statement is prepared, if it is.
    mutating func name(for key: Key) -> String? {
        clock += 1
        guard let index = entries.index(forKey: key) else { return nil }
        entries.values[index].lastUse = clock
        return entries.values[index].name
    }

    /// A name that no statement of the connection had before.
    mutating func newName() -> String {
        named += 1
        return "s_\(named)"
    }

    /// Notes a statement that the server has prepared. Answers the name of the one to deallocate, if it is one too many.
    mutating func insert(_ key: Key, name: String) -> String? {
        clock += 1
        var evicted: String?
        if entries.count >= capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            evicted = oldest.value.name
            entries.removeValue(forKey: oldest.key)
        }
        entries[key] = Entry(name: name, lastUse: clock)
        return evicted
    }

    /// Forgets a statement that the server no longer accepts.
    mutating func remove(_ key: Key) {
        entries.removeValue(forKey: key)
    }
}
