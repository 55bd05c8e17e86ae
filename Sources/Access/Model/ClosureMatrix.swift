/// What each role grants with all it inherits: a row of bits for each role, all in one block of memory.
struct ClosureMatrix: Sendable {
    private var words: [UInt64] = []
    private var wordsPerRow = 4
    private(set) var rowCount = 0

    /// Whether a role grants a permission.
    @inline(__always)
    func contains(role: Int32, permission: Int32) -> Bool {
        let word = Int(permission) >> 6
        guard word < wordsPerRow else { return false }
        return words[Int(role) * wordsPerRow + word] & (1 << UInt64(permission & 63)) != 0
    }

    /// All that a role grants.
    subscript(role: Int32) -> PermissionSet {
        get { PermissionSet(words: words[range(role)]) }
        set {
            if newValue.words.count > wordsPerRow { widen(to: newValue.words.count) }
            let start = range(role).lowerBound
            for index in 0..<wordsPerRow {
                words[start + index] = index < newValue.words.count ? newValue.words[index] : 0
            }
        }
    }

    mutating func appendRow() {
        words.append(contentsOf: repeatElement(0, count: wordsPerRow))
        rowCount += 1
    }

    private func range(_ role: Int32) -> Range<Int> {
        Int(role) * wordsPerRow..<(Int(role) + 1) * wordsPerRow
    }

    private mutating func widen(to wanted: Int) {
        let width = max(wanted, wordsPerRow * 2)
        var wider = [UInt64](repeating: 0, count: rowCount * width)
        for row in 0..<rowCount {
            for index in 0..<wordsPerRow { wider[row * width + index] = words[row * wordsPerRow + index] }
        }
        words = wider
        wordsPerRow = width
    }
}
