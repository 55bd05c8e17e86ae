import MerkleLog
import Testing

@Suite struct TileTests {
    @Test(
        arguments: [
            ("tile/0/000", TilePath.Contents.hashes(level: 0), 0, 256),
            ("tile/0/x001/x234/067", .hashes(level: 0), 1_234_067, 256),
            ("tile/63/999", .hashes(level: 63), 999, 256),
            ("tile/1/x001/000.p/1", .hashes(level: 1), 1000, 1),
            ("tile/entries/x273/255.p/112", .entries, 273_255, 112),
            ("tile/entries/005", .entries, 5, 256),
            ("tile/2/x009/x223/x372/x036/x854/x775/807.p/255", .hashes(level: 2), Int64.max, 255),
        ] as [(String, TilePath.Contents, Int64, Int)]
    )
    func pathsAreWrittenAndRead(text: String, contents: TilePath.Contents, index: Int64, width: Int) throws {
        let path = try TilePath(contents, index: index, width: width)
        #expect(path.text == text)
        #expect(try TilePath(text) == path)
    }

    @Test(arguments: [
        "", "tile", "tile/", "tile/0", "tile/0/", "/tile/0/000", "tile/0/000/", "tile/0/0", "tile/0/0000", "tile/0/00x",
        "tile/00/000", "tile/64/000", "tile/-1/000", "tile/x/000", "tile/0/x000/000", "tile/0/001/000", "tile/0/x001",
        "tile/0/x001/x000", "tile/0/x01/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p",
        "tile/0/000.p/", "tile/0/000.p/1/", "tile/0/000/1", "tile/0/.p/1", "tile/entry/000", "TILE/0/000", "tile/0/+00",
        "tile/0/x009/x223/x372/x036/x854/x775/808", "tile/0/x009/x223/x372/x036/x854/x775/x807/000", "tile/0/٠٠٠",
        "tile/0/000 ", "tile/0/000\n", "tile/0/x000/x001/000", "tile/0/000.p/1.p/1", "tile/0/x001.p/000.p/1",
    ])
    func otherSpellingsAreRefused(text: String) {
        expectRefusal(.malformedTile) { _ = try TilePath(text) }
    }

    @Test func impossibleTilesAreRefused() {
        expectRefusal(.malformedTile) { _ = try TilePath(.hashes(level: 64), index: 0) }
        expectRefusal(.malformedTile) { _ = try TilePath(.hashes(level: -1), index: 0) }
        expectRefusal(.malformedTile) { _ = try TilePath(.entries, index: -1) }
        expectRefusal(.malformedTile) { _ = try TilePath(.entries, index: 0, width: 0) }
        expectRefusal(.malformedTile) { _ = try TilePath(.entries, index: 0, width: 257) }
    }

    /// The worked example of C2SP tlog-tiles: a tree of 70,000.
    @Test func aTreeOf70000HasTheTilesOfTheSpecification() {
        func tiles(_ contents: TilePath.Contents, _ size: Int64) -> [Int] {
            var widths: [Int] = []
            while let tile = TilePath(contents, index: Int64(widths.count), treeSize: size) {
                widths.append(tile.width)
            }
            return widths
        }
        let lowest = [Int](repeating: 256, count: 273) + [112]
        #expect(tiles(.hashes(level: 0), 70_000) == lowest)
        #expect(tiles(.entries, 70_000) == lowest)
        #expect(tiles(.hashes(level: 1), 70_000) == [256, 17])
        #expect(tiles(.hashes(level: 2), 70_000) == [1])
        #expect(tiles(.hashes(level: 3), 70_000) == [])
        #expect(tiles(.hashes(level: 63), 70_000) == [])
        #expect(tiles(.hashes(level: 0), 256) == [256])
        #expect(tiles(.hashes(level: 1), 256) == [1])
        #expect(tiles(.hashes(level: 0), 0) == [])
        #expect(TilePath(.hashes(level: 0), index: -1, treeSize: 256) == nil)
        #expect(TilePath(.hashes(level: 0), index: Int64.max, treeSize: Int64.max) == nil)
    }

    @Test(arguments: [1, 2, 255, 256])
    func tilesAreWrittenAndRead(width: Int) throws {
        let tile = try Tile(hashes: ReferenceTree(size: width).leaves)
        #expect(tile.bytes.count == width * 32)
        #expect(try Tile(bytes: tile.bytes, width: width) == tile)
        #expect(tile.root == (width == 256 ? ReferenceTree(size: 256).root(256) : nil))
        expectRefusal(.malformedTile) { _ = try Tile(bytes: tile.bytes + [0], width: width) }
        expectRefusal(.malformedTile) { _ = try Tile(bytes: Array(tile.bytes.dropLast()), width: width) }
        expectRefusal(.malformedTile) { _ = try Tile(bytes: tile.bytes, width: width + 1) }
    }

    @Test(arguments: [0, 257])
    func tilesOfImpossibleWidthAreRefused(width: Int) {
        let hashes = [Hash](repeating: .zero, count: width)
        expectRefusal(.malformedTile) { _ = try Tile(hashes: hashes) }
        expectRefusal(.malformedTile) { _ = try Tile(bytes: [UInt8](repeating: 0, count: width * 32), width: width) }
    }
}
