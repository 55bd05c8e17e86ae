/// The entries under one tile of level 0, each preceded by its length in two bytes (C2SP tlog-tiles).
public struct EntryBundle: Sendable, Hashable {
    /// The longest entry that fits, in bytes.
    public static let maximumEntryByteCount = Int(UInt16.max)

    /// The entries, at least one.
    public let entries: [[UInt8]]

    /// A bundle of 1 to 256 entries.
    public init(entries: [[UInt8]]) throws(MerkleLogError) {
        guard (1...TilePath.fullWidth).contains(entries.count) else {
            throw MerkleLogError(.malformedTile, "An entry bundle has 1 to 256 entries, not \(entries.count)")
        }
        guard entries.allSatisfy({ $0.count <= Self.maximumEntryByteCount }) else {
            throw MerkleLogError(.malformedTile, "An entry in a bundle has at most \(Self.maximumEntryByteCount) bytes")
        }
        self.entries = entries
    }

    /// A bundle as it is served, refused unless it has exactly `width` entries.
    public init(bytes: [UInt8], width: Int) throws(MerkleLogError) {
        var entries: [[UInt8]] = []
        var rest = bytes[...]
        while let high = rest.popFirst() {
            guard
                let low = rest.popFirst(),
                case let length = Int(high) << 8 | Int(low),
                rest.count >= length
            else {
                throw MerkleLogError(.malformedTile, "The entry bundle ends within entry \(entries.count)")
            }
            entries.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        guard entries.count == width else {
            throw MerkleLogError(.malformedTile, "The entry bundle has \(entries.count) entries, not \(width)")
        }
        try self.init(entries: entries)
    }

    /// The bundle as it is served.
    public var bytes: [UInt8] {
        entries.reduce(into: []) { bytes, entry in
            bytes.append(UInt8(entry.count >> 8))
            bytes.append(UInt8(entry.count & 0xff))
            bytes.append(contentsOf: entry)
        }
    }

    /// The level-0 tile that the entries hash to.
    public var tile: Tile {
        get throws(MerkleLogError) { try Tile(hashes: entries.map { .leaf($0) }) }
    }
}
