import MerkleLog
import Testing

@Suite struct EntryBundleTests {
    @Test func entriesArePrecededByTheirLengthInTwoBytes() throws {
        let bundle = try EntryBundle(entries: [[1, 2, 3], [], [UInt8](repeating: 7, count: 258)])
        #expect(bundle.bytes == [0, 3, 1, 2, 3, 0, 0, 1, 2] + [UInt8](repeating: 7, count: 258))
        #expect(try EntryBundle(bytes: bundle.bytes, width: 3) == bundle)
        #expect(try bundle.tile.hashes == bundle.entries.map { .leaf($0) })
    }

    @Test func theLongestEntryFits() throws {
        let bundle = try EntryBundle(entries: [[UInt8](repeating: 1, count: 65_535)])
        #expect(try EntryBundle(bytes: bundle.bytes, width: 1) == bundle)
        expectRefusal(.malformedTile) { _ = try EntryBundle(entries: [[UInt8](repeating: 1, count: 65_536)]) }
    }

    @Test func aBundleCutShortAnywhereIsRefused() throws {
        let bytes = try EntryBundle(entries: [[1, 2, 3], [4], [5, 6]]).bytes
        for count in 0..<bytes.count {
            expectRefusal(.malformedTile) { _ = try EntryBundle(bytes: Array(bytes[..<count]), width: 3) }
        }
        expectRefusal(.malformedTile) { _ = try EntryBundle(bytes: bytes + [0], width: 3) }
        expectRefusal(.malformedTile) { _ = try EntryBundle(bytes: bytes + [0, 0], width: 3) }
    }

    @Test func aBundleHasOneTo256Entries() throws {
        expectRefusal(.malformedTile) { _ = try EntryBundle(entries: []) }
        expectRefusal(.malformedTile) { _ = try EntryBundle(bytes: [], width: 0) }
        let full = try EntryBundle(entries: [[UInt8]](repeating: [9], count: 256))
        #expect(try EntryBundle(bytes: full.bytes, width: 256) == full)
        expectRefusal(.malformedTile) { _ = try EntryBundle(bytes: full.bytes + [0, 0], width: 257) }
    }
}
