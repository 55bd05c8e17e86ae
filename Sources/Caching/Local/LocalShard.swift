/// One part of the local store: W-TinyLFU over bytes.
///
/// New values enter a window of 1 % (by recency). What leaves it competes for the main part, by how often it was asked
/// for, with what would have to go for it: 20 % on probation, 80 % protected, a segmented LRU. Sizes differ, so a
/// candidate has to be asked for more often than all that it displaces together (G. Einziger et al.: Lightweight Robust
/// Size Aware Cache Management, ACM TOS 18/3, 2022).
struct LocalShard: ~Copyable {
    private enum Segment: UInt8 { case window, probation, protected }

    private struct Node {
        var key: CacheKey?
        var value: CachedValue?
        var weight = 0
        var previous: Int32 = -1
        var next: Int32 = -1
        var segment = Segment.window
    }

    /// Beside the weights of key and value: a node, and a place in the dictionary with its slack.
    static let overhead = 192

    private let capacity: Int
    private let windowCapacity: Int
    private let protectedCapacity: Int
    private var index: [CacheKey: Int32] = [:]
    private var nodes: [Node] = []
    private var free: [Int32] = []
    private var heads: [Int32] = [-1, -1, -1]
    private var tails: [Int32] = [-1, -1, -1]
    private var weights = [0, 0, 0]
    private var sketch: FrequencySketch

    private(set) var evictions = 0
    private(set) var refusals = 0

    /// - Parameter capacity: in bytes, the sketch included.
    init(capacity: Int) {
        sketch = FrequencySketch(words: capacity / 512)
        self.capacity = max(capacity - sketch.bytes, 0)
        windowCapacity = max(self.capacity / 100, 1)
        protectedCapacity = (self.capacity - windowCapacity) * 8 / 10
    }

    var bytes: Int { weights[0] + weights[1] + weights[2] + sketch.bytes }
    var count: Int { index.count }

    /// The value of a key, moved to the front. Counts as asking even where there is none.
    mutating func value(_ key: CacheKey) -> CachedValue? {
        sketch.add(key.spread)
        guard let found = index[key] else { return nil }
        let place = Int(found)
        switch nodes[place].segment {
        case .window: moveToFront(found, .window)
        case .protected: moveToFront(found, .protected)
        case .probation:
            unlink(found)
            link(found, .protected)
            while weights[2] > protectedCapacity, tails[2] != found {
                let demoted = tails[2]
                unlink(demoted)
                link(demoted, .probation)
            }
        }
        return nodes[place].value
    }

    mutating func remove(_ key: CacheKey, if isWanted: (CachedValue) -> Bool = { _ in true }) {
        guard let found = index[key], let value = nodes[Int(found)].value, isWanted(value) else { return }
        drop(found)
    }

    mutating func removeAll(where isWanted: (CacheKey) -> Bool) {
        for (key, found) in index where isWanted(key) { drop(found) }
    }

    /// Keeps a value if it is worth it; what it displaces is gone. Never holds more than the capacity.
    ///
    /// - Returns: the value that was there, for the caller to free once the lock is open again.
    mutating func put(_ key: CacheKey, _ value: CachedValue) -> CachedValue? {
        let weight = key.text.utf8.count + value.weight + Self.overhead
        let known = index[key]
        let earlier = known.flatMap { nodes[Int($0)].value }
        // One value is not to displace a good part of all others.
        guard weight <= capacity / 4 else {
            refusals += 1
            if let known { drop(known) }
            return earlier
        }
        let place: Int32
        if let known {
            unlink(known)
            place = known
        } else {
            place = newNode()
            nodes[Int(place)].key = key
            index[key] = place
            sketch.fit(entries: index.count)
        }
        nodes[Int(place)].value = value
        nodes[Int(place)].weight = weight
        link(place, .window)
        settle()
        return earlier
    }

    private mutating func newNode() -> Int32 {
        if let last = free.popLast() { return last }
        nodes.append(Node())
        return Int32(nodes.count - 1)
    }

    /// Brings the window and the whole back to their bounds.
    private mutating func settle() {
        while weights[0] > windowCapacity, let candidate = last(0) {
            unlink(candidate)
            let weight = nodes[Int(candidate)].weight
            let room = capacity - windowCapacity - weights[1] - weights[2]
            if weight <= room {
                link(candidate, .probation)
            } else if let victims = victims(for: candidate, bytes: weight - room) {
                for victim in victims { drop(victim) }
                evictions += victims.count
                link(candidate, .probation)
            } else {
                refusals += 1
                nodes[Int(candidate)].segment = .window
                forget(candidate)
            }
        }
    }

    /// What has to go for a candidate; nil where that is asked for as often.
    private func victims(for candidate: Int32, bytes: Int) -> [Int32]? {
        guard let key = nodes[Int(candidate)].key else { return nil }
        let wanted = sketch.frequency(key.spread)
        var (freed, asked) = (0, 0)
        var victims: [Int32] = []
        for segment in [1, 2] {
            var victim = tails[segment]
            while victim != -1, freed < bytes {
                guard let other = nodes[Int(victim)].key else { return nil }
                asked += sketch.frequency(other.spread)
                guard asked < wanted else { return nil }
                freed += nodes[Int(victim)].weight
                victims.append(victim)
                victim = nodes[Int(victim)].previous
            }
        }
        return freed >= bytes ? victims : nil
    }

    // MARK: Lists

    private func last(_ segment: Int) -> Int32? { tails[segment] == -1 ? nil : tails[segment] }

    private mutating func moveToFront(_ place: Int32, _ segment: Segment) {
        guard heads[Int(segment.rawValue)] != place else { return }
        unlink(place)
        link(place, segment)
    }

    private mutating func link(_ place: Int32, _ segment: Segment) {
        let list = Int(segment.rawValue)
        nodes[Int(place)].segment = segment
        nodes[Int(place)].previous = -1
        nodes[Int(place)].next = heads[list]
        if heads[list] != -1 { nodes[Int(heads[list])].previous = place } else { tails[list] = place }
        heads[list] = place
        weights[list] += nodes[Int(place)].weight
    }

    private mutating func unlink(_ place: Int32) {
        let node = Int(place)
        let list = Int(nodes[node].segment.rawValue)
        let (previous, next) = (nodes[node].previous, nodes[node].next)
        if previous != -1 { nodes[Int(previous)].next = next } else { heads[list] = next }
        if next != -1 { nodes[Int(next)].previous = previous } else { tails[list] = previous }
        weights[list] -= nodes[node].weight
    }

    private mutating func drop(_ place: Int32) {
        unlink(place)
        forget(place)
    }

    /// Frees a node that is in no list.
    private mutating func forget(_ place: Int32) {
        if let key = nodes[Int(place)].key { index.removeValue(forKey: key) }
        nodes[Int(place)] = Node()
        free.append(place)
    }
}
