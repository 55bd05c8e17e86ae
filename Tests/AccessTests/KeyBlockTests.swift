import Testing

@testable import Access

/// The table that look-ups go through, against a dictionary.
struct KeyBlockTests {
    private func set(_ block: inout KeyBlock, _ key: String, _ data: [UInt64]) {
        KeyedHash.withBytes(of: key) { block.set($0, hash: KeyedHash.of($0), to: data) }
    }

    private func get(_ block: KeyBlock, _ key: String) -> [UInt64]? {
        KeyedHash.withBytes(of: key) { block.withData(of: $0, hash: KeyedHash.of($0)) { Array($0) } }
    }

    @Test func whatWasSetLastIsFoundAndNothingElse() {
        var block = KeyBlock()
        var expected: [String: [UInt64]] = [:]
        var random = SystemRandomNumberGenerator()
        for step in 0..<20_000 {
            let key = String(repeating: "k", count: step % 23) + String(Int.random(in: 0..<700, using: &random))
            let data = (0..<Int.random(in: 0..<9, using: &random)).map { _ in UInt64(step) }
            set(&block, key, data)
            expected[key] = data
        }
        #expect(block.count == expected.count)
        for (key, data) in expected { #expect(get(block, key) == data) }
        #expect(get(block, "never") == nil)
        var listed: [String: [UInt64]] = [:]
        block.forEach { listed[String(decoding: $0, as: UTF8.self)] = Array($1) }
        #expect(listed == expected)
    }

    @Test func keysOfOneHashAreToldApartByTheirBytes() {
        var block = KeyBlock()
        let keys = ["a", "b", "c", "ab", ""]
        for (index, key) in keys.enumerated() {
            KeyedHash.withBytes(of: key) { block.set($0, hash: 42 << 32, to: [UInt64(index)]) }
        }
        for (index, key) in keys.enumerated() {
            let found = KeyedHash.withBytes(of: key) { block.withData(of: $0, hash: 42 << 32) { $0[0] } }
            #expect(found == UInt64(index))
        }
        let other = KeyedHash.withBytes(of: "d") { block.withData(of: $0, hash: 42 << 32) { $0.count } }
        #expect(other == nil)
    }

    @Test func aCopyKeepsWhatItHad() {
        var block = KeyBlock()
        set(&block, "tom", [1])
        let copy = block
        set(&block, "tom", [2])
        set(&block, "sue", [3])
        #expect(get(copy, "tom") == [1])
        #expect(get(copy, "sue") == nil)
        #expect(get(block, "tom") == [2])
    }
}
