import EventStore

/// The rows of files in order, some of them read, opened and hashed ahead.
///
/// Cancel it when it is not read to its end.
actor RowSource {
    private static let ahead = 3

    private let segments: [(reader: BackupReader, segment: BackupManifest.Segment)]
    private var begun = 0
    private var tasks: [Task<RowCopy, any Error>] = []

    init(_ segments: [(reader: BackupReader, segment: BackupManifest.Segment)]) {
        self.segments = segments
    }

    /// The next rows; nil at the end.
    func next() async throws -> RowCopy? {
        while tasks.count < Self.ahead, begun < segments.count {
            let (reader, segment) = segments[begun]
            begun += 1
            tasks.append(Task { try await reader.rows(of: segment) })
        }
        guard !tasks.isEmpty else { return nil }
        let task = tasks.removeFirst()
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Stops reading ahead.
    func cancel() {
        for task in tasks { task.cancel() }
        tasks = []
        begun = segments.count
    }
}
