/// Numbers that a seed decides for ever: SplitMix64 (Steele, Lea and Flood, 2014).
///
/// Not the standard library's generators, whose algorithms may change between releases.
struct DemoRandom: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, not including, `bound`, which is more than 0. The bias for such small bounds does not
    /// show.
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    /// True once in so many times.
    mutating func once(in times: Int) -> Bool { below(times) == 0 }

    /// True for so many of a hundred.
    mutating func percent(_ share: Int) -> Bool { below(100) < share }

    /// One of them; they must not be empty.
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    /// All of them in some order.
    mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
        var elements = elements
        var index = elements.count
        while index > 1 {
            let other = below(index)
            index -= 1
            elements.swapAt(index, other)
        }
        return elements
    }

    /// Eight hexadecimal digits.
    mutating func hex() -> String {
        let digits = String(next() >> 32, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
