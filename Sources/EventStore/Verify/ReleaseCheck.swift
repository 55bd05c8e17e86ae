import Events
import JSON

/// Sees to it that data is gone only where an event says that it was released.
struct ReleaseCheck {
    /// Released positions are kept as bits, by type and block: millions take little memory.
    private static let blockBits: Int64 = 4_096

    private var unexplained: [EventType: [Int64: Block]] = [:]
    private var byArchive: [String: ReleasedPayloads] = [:]

    private struct Block {
        var words = [UInt64](repeating: 0, count: 64)
        var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

        subscript(_ bit: Int) -> Bool {
            get { words[bit >> 6] & (1 << UInt64(bit & 63)) != 0 }
            set {
                if newValue {
                    words[bit >> 6] |= 1 << UInt64(bit & 63)
                } else {
                    words[bit >> 6] &= ~(1 << UInt64(bit & 63))
                }
            }
        }
    }

    /// Notes an event whose data is gone.
    mutating func observe(released position: Int64, of type: EventType) {
        unexplained[type, default: [:]][position / Self.blockBits, default: Block()][
            Int(position % Self.blockBits)
        ] = true
    }

    /// Notes an event, at a position, that released payloads before it.
    mutating func observe(release data: JSONValue, at position: Int64) {
        guard let release = try? Logs.PayloadsReleased(data: data, personal: nil) else { return }
        let last = min(release.toPosition, position - 1)
        guard release.fromPosition <= last else { return }
        var explained: Int64 = 0
        for name in release.types {
            explained += clear(EventType(rawValue: name), release.fromPosition...last)
        }
        guard explained > 0 else { return }
        let key = release.archiveID ?? ""
        var payloads =
            byArchive[key]
            ?? ReleasedPayloads(archiveID: release.archiveID, from: release.fromPosition, to: last, count: 0)
        payloads.from = min(payloads.from, release.fromPosition)
        payloads.to = max(payloads.to, last)
        payloads.count += explained
        byArchive[key] = payloads
    }

    /// Returns how many there were.
    private mutating func clear(_ type: EventType, _ range: ClosedRange<Int64>) -> Int64 {
        guard var blocks = unexplained[type] else { return 0 }
        var cleared: Int64 = 0
        let (first, last) = (range.lowerBound / Self.blockBits, range.upperBound / Self.blockBits)
        for index in blocks.keys where (first...last).contains(index) {
            guard var block = blocks[index] else { continue }
            let low = index == first ? Int(range.lowerBound % Self.blockBits) : 0
            let high = index == last ? Int(range.upperBound % Self.blockBits) : Int(Self.blockBits) - 1
            for bit in low...high where block[bit] {
                block[bit] = false
                cleared += 1
            }
            blocks[index] = block.isEmpty ? nil : block
        }
        unexplained[type] = blocks.isEmpty ? nil : blocks
        return cleared
    }

    /// Whether releases later in the log may explain more.
    var isOpen: Bool { !unexplained.isEmpty }

    /// What was released, by archive.
    var released: [ReleasedPayloads] { byArchive.values.sorted { ($0.from, $0.to) < ($1.from, $1.to) } }

    /// The positions for which there is no explanation.
    var findings: [VerificationFinding] {
        var positions: [Int64] = []
        for block in unexplained.values.joined() {
            for bit in 0..<Int(Self.blockBits) where block.value[bit] {
                positions.append(block.key * Self.blockBits + Int64(bit))
            }
        }
        return positions.sorted().map { position in
            VerificationFinding(
                .missingData,
                position,
                "The event at position \(position) has lost its data: only the digest is left, and no event says why."
            )
        }
    }
}

/// Payloads that an event says were released.
package struct ReleasedPayloads: Sendable, Hashable {
    /// The archive that holds their data; nil where it was given up.
    package var archiveID: String?
    /// The first position of the releases.
    package var from: Int64
    /// The last position of the releases.
    package var to: Int64
    /// How many payloads.
    package var count: Int64
}
