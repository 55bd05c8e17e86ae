import Time

/// Access as it stood at moments that were asked about, made from the intervals of the read model.
///
/// What stood after the first N events never changes while the log is the same, so a model once made answers for good; a few
/// are kept, the ones asked about last. Who asks about the same moment at once waits for one load.
actor PastAccess {
    /// How many models are kept.
    private static let kept = 4
    /// How many loads may wait for one another.
    private static let maximumWaiting = 8

    private let reader: AccessReader
    private let loader: AccessLoader
    private let directory: AccessDirectory
    private var waiting = 0
    private var last: Task<AccessSnapshot, any Error>?
    /// Of how many logs that are no more the directory knew when these were made.
    private var lostLogs = 0
    private var recent: [(size: Int64, load: Task<AccessSnapshot, any Error>)] = []

    init(reader: AccessReader, loader: AccessLoader, directory: AccessDirectory) {
        self.reader = reader
        self.loader = loader
        self.directory = directory
    }

    /// The model at a moment, and the time by which starts and ends are judged there.
    func access(asOf moment: AccessMoment, now: Timestamp) async throws -> (AccessSnapshot, Timestamp) {
        if moment == .now { return (try await directory.current(), now) }
        let point = try await reader.point(of: moment, now: now)
        return (try await access(size: point.size), point.time)
    }

    private func access(size: Int64) async throws -> AccessSnapshot {
        let lostLogs = directory.lostLogs
        if lostLogs != self.lostLogs { recent = [] }
        self.lostLogs = lostLogs
        if let index = recent.firstIndex(where: { $0.size == size }) {
            let known = recent.remove(at: index)
            recent.append(known)
            return try await known.load.value
        }
        guard waiting < Self.maximumWaiting else {
            throw AccessRefusal(.behind, "Too many past moments are being asked about at once. Try again shortly.")
        }
        waiting += 1
        defer { waiting -= 1 }
        let loader = loader
        let before = last
        let load = Task {
            // One at a time, so that questions about now have the database and the processor to themselves.
            _ = await before?.result
            return try await loader.load(asOf: size)
        }
        last = load
        recent.append((size, load))
        if recent.count > Self.kept { recent.removeFirst() }
        do {
            return try await load.value
        } catch {
            recent.removeAll { $0.load == load }
            throw error
        }
    }
}
