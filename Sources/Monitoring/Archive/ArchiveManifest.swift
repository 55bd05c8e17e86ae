import JSON
package import MerkleLog
import Time

/// What an archive holds, signed with the log's key: the format "daybook archive 1" of docs/monitoring.md.
package struct ArchiveManifest: Sendable, Hashable {
    /// One file.
    package struct Segment: Sendable, Hashable {
        /// Its name.
        package var file: String
        /// The SHA-256 of its bytes, in hexadecimal.
        package var digest: String
        /// Its length.
        package var bytes: Int64
        /// The length of what it holds.
        package var rawBytes: Int64
        /// How many events.
        package var events: Int64
        /// The position of the first.
        package var fromPosition: Int64
        /// The position of the last.
        package var toPosition: Int64
        /// Whether it is encrypted.
        package var isEncrypted: Bool
    }

    /// The archive.
    package var archiveID: String
    /// The log's name.
    package var origin: String
    /// When it was made.
    package var createdAt: String
    /// Everything of these types between the first and the last position that still had data is in it.
    package var types: [String]
    /// The first position.
    package var fromPosition: Int64
    /// The last position.
    package var toPosition: Int64
    /// A signed checkpoint that covers all of it.
    package var checkpoint: String
    /// Which key it is encrypted with; nil for none.
    package var keyID: String?
    /// The files.
    package var segments: [Segment] = []

    /// How many events.
    package var events: Int64 { segments.reduce(0) { $0 + $1.events } }
    /// How long all files are.
    package var bytes: Int64 { segments.reduce(0) { $0 + $1.bytes } }

    /// The name of the file that holds it.
    package static let fileName = "manifest.note"

    /// The text that is signed.
    var text: String {
        var json = JSONWriter(reservingCapacity: 2_048)
        json.object { json in
            json.member("format", "daybook archive 1")
            json.member("archiveId", archiveID)
            json.member("origin", origin)
            json.member("createdAt", createdAt)
            json.member("types", types)
            json.member("fromPosition", fromPosition)
            json.member("toPosition", toPosition)
            json.member("events", events)
            json.member("checkpoint", checkpoint)
            json.member("compression", "lz4-frame")
            if let keyID {
                json.member("encryption", "AES-256-GCM")
                json.member("keyId", keyID)
            }
            json.member(
                "segments",
                array: { json in
                    for segment in segments {
                        json.object { json in
                            json.member("file", segment.file)
                            json.member("sha256", segment.digest)
                            json.member("bytes", segment.bytes)
                            json.member("rawBytes", segment.rawBytes)
                            json.member("events", segment.events)
                            json.member("fromPosition", segment.fromPosition)
                            json.member("toPosition", segment.toPosition)
                        }
                    }
                }
            )
        }
        return json.text + "\n"
    }

    init(
        archiveID: String,
        origin: String,
        createdAt: Timestamp,
        types: [String],
        fromPosition: Int64,
        checkpoint: String,
        keyID: String?
    ) {
        self.archiveID = archiveID
        self.origin = origin
        self.createdAt = createdAt.rfc3339
        self.types = types
        self.fromPosition = fromPosition
        toPosition = fromPosition
        self.checkpoint = checkpoint
        self.keyID = keyID
    }

    /// The manifest in a signed note, which one of the keys must have signed.
    package init(note: [UInt8], verifiers: [NoteVerifier]) throws {
        let note = try SignedNote(parsing: note)
        try note.verify(with: verifiers)
        var reader = JSONReader(try JSONValue(parsing: Array(note.text.utf8)))
        let name = StringRule(1...200)
        let format = reader.string("format", name)
        archiveID = reader.string("archiveId", name)
        origin = reader.string("origin", StringRule(1...500))
        createdAt = reader.string("createdAt", name)
        types = reader.strings("types", each: name, count: 1...1_000)
        fromPosition = reader.integer("fromPosition", in: 0...Int64.max)
        toPosition = reader.integer("toPosition", in: 0...Int64.max)
        let events = reader.integer("events", in: 0...Int64.max)
        checkpoint = reader.string("checkpoint", StringRule(1...100_000, .any))
        _ = reader.string("compression", name)
        _ = reader.stringIfPresent("encryption", name)
        keyID = reader.stringIfPresent("keyId", name)
        let isEncrypted = keyID != nil
        let value = reader.value("segments", maximumBytes: 1_000_000)
        for element in value.array ?? [] {
            var reader = JSONReader(element)
            segments.append(
                Segment(
                    file: reader.string("file", StringRule(1...100, AllowedCharacters("a-z0-9.-"))),
                    digest: reader.string("sha256", StringRule(64...64)),
                    bytes: reader.integer("bytes", in: 0...Int64.max),
                    rawBytes: reader.integer("rawBytes", in: 0...Int64.max),
                    events: reader.integer("events", in: 0...Int64.max),
                    fromPosition: reader.integer("fromPosition", in: 0...Int64.max),
                    toPosition: reader.integer("toPosition", in: 0...Int64.max),
                    isEncrypted: isEncrypted
                )
            )
            try reader.finish()
        }
        try reader.finish()
        guard format == "daybook archive 1", events == self.events else {
            throw MonitoringError(.damaged, "The manifest is not one of an archive.")
        }
    }
}
