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
    /// The rarest first.
    private var entries: [Entry] = []
    private var places: [Element: Int] = [:]

    /// - Parameter capacity: how many things are kept.
    package init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    /// Counts one: once there are as many as are kept, in time that grows with the logarithm of that.
    package mutating func note(_ element: Element) {
        if let place = places[element] {
            raise(place)
        } else if entries.count < capacity {
            // Nothing is rarer than what came once.
            let place = endOfRun(count: 0)
            entries.insert(Entry(element: element, count: 1, error: 0), at: place)
            for moved in place..<entries.count { places[entries[moved].element] = moved }
        } else {
            // Of the rarest, the one that has been as rare for longest has to go.
            let place = endOfRun(count: entries[0].count) - 1
            let least = entries[place]
            places[least.element] = nil
            places[element] = place
            entries[place] = Entry(element: element, count: least.count + 1, error: least.count)
        }
    }

    /// Counts the entry at a place once more: the last of those that came as often changes places with it.
    private mutating func raise(_ place: Int) {
        let last = endOfRun(count: entries[place].count) - 1
        if last != place {
            entries.swapAt(place, last)
            places[entries[place].element] = place
            places[entries[last].element] = last
        }
        entries[last].count += 1
    }

    /// The first place behind those that came at most so often.
    private func endOfRun(count: Int64) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].count <= count { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Forgets all of them.
    package mutating func removeAll() {
        entries.removeAll()
        places.removeAll()
    }

    /// The most frequent, most first.
    package func top(_ limit: Int) -> [Entry] { entries.reversed().prefix(limit).map { $0 } }
}
