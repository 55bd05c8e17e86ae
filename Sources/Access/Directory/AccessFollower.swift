import EventStore
import Events

/// Brings the model up to a size of the log, for all who wait at once.
actor AccessFollower {
    private static let batch = 2_000

    private let reader: LogReader
    private let loader: AccessLoader
    private var snapshot: AccessSnapshot?
    private var running: Task<AccessSnapshot, any Error>?

    init(reader: LogReader, loader: AccessLoader) {
        self.reader = reader
        self.loader = loader
    }

    /// The model after at least `size` events.
    func follow(to size: Int64) async throws -> AccessSnapshot {
        while true {
            if let snapshot, snapshot.size >= size { return snapshot }
            if let running {
                _ = try await running.value
                continue
            }
            // Not cancelled with the one who happened to ask first: others may wait for the same.
            let task = Task {
                // Before anybody who waits goes on, so that nobody waits for a task that is over.
                defer { self.running = nil }
                return try await self.advance(to: size)
            }
            running = task
            return try await task.value
        }
    }

    /// Begins anew from the read models.
    func forget() async {
        while let running { _ = await running.result }
        snapshot = nil
    }

    private func advance(to size: Int64) async throws -> AccessSnapshot {
        var snapshot: AccessSnapshot
        if let known = self.snapshot { snapshot = known } else { snapshot = try await loader.load() }
        while snapshot.size < size {
            let events = try await reader.events(
                from: snapshot.size,
                below: size,
                types: AccessEvent.followedTypes,
                limit: Self.batch
            )
            if events.contains(where: { $0.type == Recovery.Restored.type }) {
                // The read models were taken back in the commit of that event, so they are what it made of them.
                snapshot = try await loader.load()
                continue
            }
            var model = snapshot.model
            for event in events {
                guard let known = try AccessEvent(event) else { continue }
                model.apply(known, version: event.header.version)
            }
            let isAll = events.count < Self.batch
            snapshot = AccessSnapshot(model: model, size: isAll ? size : (events.last?.position ?? snapshot.size) + 1)
        }
        self.snapshot = snapshot
        return snapshot
    }
}
