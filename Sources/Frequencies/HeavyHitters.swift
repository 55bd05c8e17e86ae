/// The most frequent of a stream of things, in bounded space: the Space-Saving algorithm (Metwally, Agrawal, El Abbadi
/// 2005). A thing that came more than `total / capacity` times is always among them; each count is too high by at most
/// its error.
package struct HeavyHitters<Element: Hashable & Sendable>: Sendable {
    /// One of them.
    package struct Entry: Sendable {
        /// What.
        package var element: Element
        /// How often, at most.
        package var count: Int64
        /// By how much the count may be too high.
        package var error: Int64
    }

    private let capacity: Int
    private var entries: [Element: (count: Int64, error: Int64)] = [:]

    /// - Parameter capacity: how many things are kept.
    package init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    /// Counts one.
    package mutating func note(_ element: Element) {
        if let known = entries[element] {
            entries[element] = (known.count + 1, known.error)
        } else if entries.count < capacity {
            entries[element] = (1, 0)
        } else if let least = entries.min(by: { $0.value.count < $1.value.count }) {
            entries[least.key] = nil
            entries[element] = (least.value.count + 1, least.value.count)
        }
    }

    /// Forgets all of them.
    package mutating func removeAll() { entries.removeAll() }

    /// The most frequent, most first.
    package func top(_ limit: Int) -> [Entry] {
        entries.sorted { $0.value.count > $1.value.count }.prefix(limit).map {
            Entry(element: $0.key, count: $0.value.count, error: $0.value.error)
        }
    }
}
