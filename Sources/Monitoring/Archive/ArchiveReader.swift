package import EventStore
package import MerkleLog

/// Reads archives back, and believes nothing that it has not checked.
package struct ArchiveReader: Sendable {
    /// The folder of one archive.
    package let folder: String
    /// What it holds.
    package let manifest: ArchiveManifest
    private let key: ArchiveKey?

    /// An archive whose manifest one of the keys signed.
    package init(folder: String, verifiers: [NoteVerifier], key: ArchiveKey?) throws {
        self.folder = folder
        self.key = key
        manifest = try ArchiveManifest(
            note: ArchiveDirectory.read("\(folder)/\(ArchiveManifest.fileName)"),
            verifiers: verifiers
        )
    }

    /// The events of one file, each with the leaf hash that its content gives.
    package func events(of segment: ArchiveManifest.Segment) throws -> [RecordedEvent] {
        let bytes = try ArchiveDirectory.read("\(folder)/\(segment.file)")
        let events = try ArchiveSegment.decode(bytes, segment, archiveID: manifest.archiveID, key: key)
        for event in events {
            guard event.data != nil, event.isIntact, manifest.types.contains(event.type.rawValue),
                (segment.fromPosition...segment.toPosition).contains(event.position)
            else {
                throw MonitoringError(
                    .damaged,
                    "The event at position \(event.position) in \(segment.file) is not what was recorded."
                )
            }
        }
        return events
    }

    /// Checks every file, and calls `body` with the events of each.
    ///
    /// - Returns: how many events there are.
    @discardableResult
    package func check(_ body: ([RecordedEvent]) async throws -> Void = { _ in }) async throws -> Int64 {
        var count: Int64 = 0
        var last: Int64 = -1
        for segment in manifest.segments {
            let events = try events(of: segment)
            for event in events {
                guard event.position > last else {
                    throw MonitoringError(.damaged, "The events of \(segment.file) are not in order.")
                }
                last = event.position
            }
            try await body(events)
            count += Int64(events.count)
        }
        return count
    }
}
