/// A bounded cache in two generations: an entry lives at least until `capacity` others have been written after it was
/// written or kept.
///
/// The appender rests on that minimum: what the batches still in flight wrote, and what a batch needs that was found here, is
/// never forgotten, because a batch is much smaller than `capacity`.
struct RecentCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
    }

    subscript(key: Key) -> Value? {
        get { young[key] ?? old[key] }
        set {
            guard let newValue else {
                young[key] = nil
                old[key] = nil
                return
            }
            young[key] = newValue
            if young.count >= capacity {
                old = young
                young = [:]
                young.reserveCapacity(capacity)
            }
        }
    }

    /// Makes an entry live as long as if it were written now. Forgets nothing, so that several can be kept.
    mutating func keep(_ key: Key) {
        if young[key] == nil, let value = old.removeValue(forKey: key) { young[key] = value }
    }

    mutating func removeAll() {
        young = [:]
        old = [:]
    }
}
