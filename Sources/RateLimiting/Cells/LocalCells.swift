import Synchronization

/// The cells of one replica, of which there are never more than so many.
///
/// A cell whose arrival time is past says no more than one that is not there, so those make room first. Where every cell
/// of a shard is still counting, further keys of that policy share one cell, with the quota of one key: whoever makes up
/// keys by the million gets no more by it, and those whose cells are there are not disturbed.
///
/// Cells are told apart by 64 bits of the process's own keyed hash (SipHash), which nobody outside can make collide.
package final class LocalCells: Sendable {
    private static let shards = 64

    private struct Shard {
        var cells: [UInt64: Int64] = [:]
        /// No cell's arrival time is before this.
        var earliest: Int64 = .max
    }

    private final class Box: Sendable {
        let shard = Mutex(Shard())
    }

    private let boxes: [Box]
    private let shardCapacity: Int
    private let overflow = Mutex<[String: Int64]>([:])
    private let overflowed = Atomic<Int64>(0)

    /// - Parameter capacity: how many cells there are at most.
    package init(capacity: Int = 262_144) {
        boxes = (0..<Self.shards).map { _ in Box() }
        shardCapacity = max(1, capacity / Self.shards)
    }

    /// How many cells there are.
    package var count: Int { boxes.reduce(0) { $0 + $1.shard.withLock(\.cells.count) } }
    /// How many requests shared a cell because there was no room for their own.
    package var overflowCount: Int64 { overflowed.load(ordering: .relaxed) }

    /// Decides about one cell.
    ///
    /// - Returns: whether the request is admitted by it, and how far ahead the cell's arrival time is now.
    package func decide(
        _ key: CellKey,
        _ rate: GCRA,
        _ mode: CellRequest.Mode,
        at now: Int64
    ) -> (isAdmitted: Bool, lead: Int64) {
        let hash = UInt64(bitPattern: Int64(key.hashValue))
        let found = boxes[Int(hash % UInt64(Self.shards))].shard.withLock { shard -> (Bool, Int64)? in
            if let tat = shard.cells[hash] {
                let (answer, new) = Self.step(tat, rate, mode, at: now)
                if let new { shard.cells[hash] = new }
                return answer
            }
            guard makeRoom(in: &shard, at: now) else { return nil }
            let (answer, new) = Self.step(now, rate, mode, at: now)
            if let new {
                shard.cells[hash] = new
                shard.earliest = min(shard.earliest, new)
            }
            return answer
        }
        return found ?? decideInOverflow(key.policy, rate, mode, at: now)
    }

    /// Whether a key has a cell of its own, or would get one.
    func hasRoom(for key: CellKey, at now: Int64) -> Bool {
        let hash = UInt64(bitPattern: Int64(key.hashValue))
        return boxes[Int(hash % UInt64(Self.shards))].shard.withLock { shard in
            shard.cells[hash] != nil || makeRoom(in: &shard, at: now)
        }
    }

    /// Gives back what was taken. Who came meanwhile may have been refused for it, and nobody is admitted who should
    /// not be.
    package func giveBack(_ key: CellKey, _ rate: GCRA, at now: Int64) {
        let hash = UInt64(bitPattern: Int64(key.hashValue))
        boxes[Int(hash % UInt64(Self.shards))].shard.withLock { shard in
            guard let tat = shard.cells[hash] else { return }
            let new = tat - rate.interval
            shard.cells[hash] = new
            shard.earliest = min(shard.earliest, new)
        }
    }

    private static func step(
        _ tat: Int64,
        _ rate: GCRA,
        _ mode: CellRequest.Mode,
        at now: Int64
    ) -> (answer: (Bool, Int64), tat: Int64?) {
        let lead = rate.lead(of: tat, at: now)
        let admits = rate.admits(lead: lead)
        // A time that no request can have led to is not to count until it is past.
        let mended = tat - now > rate.depth ? now + lead : nil
        switch mode {
        case .look: return ((admits, lead), mended)
        case .take where !admits: return ((false, lead), mended)
        case .take, .note:
            let lead = min(lead + rate.interval, rate.depth)
            return ((admits, lead), now + lead)
        }
    }

    private func makeRoom(in shard: inout Shard, at now: Int64) -> Bool {
        guard shard.cells.count >= shardCapacity else { return true }
        guard now >= shard.earliest else { return false }
        shard.cells = shard.cells.filter { $0.value > now }
        shard.earliest = shard.cells.values.min() ?? .max
        return shard.cells.count < shardCapacity
    }

    private func decideInOverflow(
        _ policy: String,
        _ rate: GCRA,
        _ mode: CellRequest.Mode,
        at now: Int64
    ) -> (Bool, Int64) {
        overflowed.add(1, ordering: .relaxed)
        return overflow.withLock { overflow in
            let (answer, new) = Self.step(overflow[policy] ?? now, rate, mode, at: now)
            // Names of policies are few, but those of removed ones are not to stay for ever.
            if overflow.count > PolicySet.maximum * 2 { overflow = overflow.filter { $0.value > now } }
            if let new { overflow[policy] = new }
            return answer
        }
    }
}
