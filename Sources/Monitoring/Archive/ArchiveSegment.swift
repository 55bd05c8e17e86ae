import EventStore
import Files
import JSON
import LZ4Frames
import MerkleLog
import OpenSSL

/// One file of an archive: events as an export writes them, compressed, and encrypted where there is a key.
enum ArchiveSegment {
    /// What the events of one segment may take together, uncompressed.
    static let byteLimit = 32 << 20
    /// How many events a segment has at most.
    static let eventLimit = 50_000

    /// The bytes of a file.
    static func encode(_ lines: [UInt8], name: String, archiveID: String, key: ArchiveKey?) throws -> [UInt8] {
        let frame = try LZ4.compress(lines)
        guard let key else { return frame }
        return try key.cipher.seal(frame, context: context(archiveID, name))
    }

    /// The events in the bytes of a file.
    static func decode(
        _ bytes: [UInt8],
        _ segment: ArchiveManifest.Segment,
        archiveID: String,
        key: ArchiveKey?
    ) throws -> [RecordedEvent] {
        guard SHA256.hash(bytes).hex == segment.digest else {
            throw MonitoringError(.damaged, "\(segment.file) is not the file that the manifest names.")
        }
        var frame = bytes
        if segment.isEncrypted {
            guard let key else {
                throw MonitoringError(.inaccessible, "\(segment.file) is encrypted: the archive's key is needed.")
            }
            frame = try key.cipher.open(bytes, context: context(archiveID, segment.file))
        }
        let lines: [UInt8]
        do { lines = try LZ4.decompress(frame, limit: Int(segment.rawBytes)) } catch {
            throw MonitoringError(.damaged, "\(segment.file) cannot be read: \(error)")
        }
        let events = try lines.split(separator: UInt8(ascii: "\n")).map { line in
            try RecordedEvent(exported: JSONValue(parsing: Array(line)))
        }
        guard Int64(events.count) == segment.events else {
            throw MonitoringError(.damaged, "\(segment.file) has \(events.count) events, not \(segment.events).")
        }
        return events
    }

    /// What a segment's text belongs to: taken from one archive into another, it does not open.
    private static func context(_ archiveID: String, _ name: String) -> [UInt8] {
        Array("daybook archive 1 \(archiveID) \(name)".utf8)
    }
}

/// The key that archives are encrypted with.
package struct ArchiveKey: Sendable {
    private let key: EncryptionKey
    var cipher: AES256GCM { key.cipher }
    /// By which a reader knows which key it takes, and nothing else of it.
    package var id: String { key.id }

    /// The key in a file of 64 hexadecimal digits, which must be closed to others.
    package init(file path: String) throws {
        let text: String
        do { text = try ClosedFile.text(path) } catch {
            switch error {
            case .unreadable:
                throw MonitoringError(.inaccessible, "The archive key file cannot be read.", detail: path)
            case .exposed:
                throw MonitoringError(
                    .inaccessible,
                    "The archive key file can be used by others than its owner.",
                    detail: "run: chmod go= '\(path)'"
                )
            }
        }
        guard let key = EncryptionKey(hexadecimal: text, label: "archive") else {
            throw MonitoringError(
                .inaccessible,
                "The archive key file does not hold 64 hexadecimal digits.",
                detail: path
            )
        }
        self.key = key
    }
}
