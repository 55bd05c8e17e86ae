/// How often keys were asked for lately, in four bits each: a count-min sketch that ages by halving.
///
/// G. Einziger, R. Friedman, B. Manes: TinyLFU, A Highly Efficient Cache Admission Policy (ACM TOS 13/4, 2017).
struct FrequencySketch: ~Copyable {
    private static let resetMask: UInt64 = 0x7777_7777_7777_7777
    private static let oneMask: UInt64 = 0x1111_1111_1111_1111

    private var words: [UInt64]
    private let mask: UInt64
    private var additions = 0
    private var limit: Int

    /// - Parameter words: how many words of 16 counters, rounded up to a power of two.
    init(words count: Int) {
        var rounded = 64
        while rounded < count { rounded *= 2 }
        words = [UInt64](repeating: 0, count: rounded)
        mask = UInt64(rounded - 1)
        limit = 10 * 64
    }

    var bytes: Int { words.count * 8 }

    /// The sample that frequencies are counted over grows with what the cache holds.
    mutating func fit(entries: Int) { limit = 10 * max(entries, 64) }

    /// From 0 to 15.
    func frequency(_ hash: UInt64) -> Int {
        var least: UInt64 = 15
        for row in 0..<4 {
            let (word, shift) = place(hash, row)
            least = min(least, (words[word] >> shift) & 15)
        }
        return Int(least)
    }

    mutating func add(_ hash: UInt64) {
        var isAdded = false
        for row in 0..<4 {
            let (word, shift) = place(hash, row)
            if (words[word] >> shift) & 15 < 15 {
                words[word] += 1 << shift
                isAdded = true
            }
        }
        guard isAdded else { return }
        additions += 1
        if additions >= limit { age() }
    }

    private mutating func age() {
        var odd = 0
        for index in words.indices {
            odd += (words[index] & Self.oneMask).nonzeroBitCount
            words[index] = (words[index] >> 1) & Self.resetMask
        }
        additions = (additions - odd / 4) / 2
    }

    @inline(__always)
    private func place(_ hash: UInt64, _ row: Int) -> (word: Int, shift: UInt64) {
        let seeds: (UInt64, UInt64, UInt64, UInt64) = (
            0xc3a5_c85c_97cb_3127, 0xb492_b66f_be98_f273, 0x9ae1_6a3b_2f90_404f, 0xcbf2_9ce4_8422_2325
        )
        let seed =
            switch row {
            case 0: seeds.0
            case 1: seeds.1
            case 2: seeds.2
            default: seeds.3
            }
        var mixed = (hash &+ seed) &* seed
        mixed ^= mixed >> 32
        // Four counters of a word belong to each row.
        let counter = (mixed >> 40 & 3) + UInt64(row) * 4
        return (Int(mixed & mask), counter * 4)
    }
}
